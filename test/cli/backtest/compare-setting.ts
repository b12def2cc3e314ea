import t from 'tap'
import { parseCompare } from '../../../src/cli/backtest/compare-setting.js'
import { UsageError } from '../../../src/cli/usage-error.js'

t.test('reads one change or several, in either spelling', (t) => {
  t.strictSame(parseCompare('threshold=20'), { threshold: 20 })
  t.strictSame(parseCompare(' threshold = 20 , window_seconds=30'), { threshold: 20, windowSeconds: 30 })
  t.strictSame(parseCompare('window-type=fixed,send-resolved=true'), { windowType: 'fixed', sendResolved: true })
  t.strictSame(parseCompare('send-resolved=false,cooldown-max-seconds=900'), {
    sendResolved: false,
    cooldownMaxSeconds: 900,
  })
  t.strictSame(parseCompare('group-by=model,group-by=group'), { groupBy: ['model', 'group'] })
  t.end()
})

t.test('says what is wrong with one', (t) => {
  for (const [text, message] of [
    ['', /^Expected `--compare` to be name=value, the name one of threshold, window-seconds/],
    ['threshold', /got `threshold`$/],
    ['threshold=', /got `threshold=`$/],
    ['colour=red', /got `colour=red`$/],
    ['threshold=20,,', /got `threshold=20,,`$/],
    ['url=https://example.test', /name one of/],
    ['\u001b[31mthreshold', /got `threshold`$/],
    ['threshold=-1', /^--compare threshold=-1: Expected `threshold` to be an integer from 1.*got `-1`$/],
    ['threshold=ten', /Expected `threshold` to be an integer from 1/],
    ['window-type=round', /Expected `windowType` to be/],
  ] as const) {
    const error = thrownBy(() => parseCompare(text))
    t.ok(error instanceof UsageError, text)
    t.match(error, { message }, text)
  }
  t.end()
})

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
