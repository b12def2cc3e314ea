import t from 'tap'
import { parseCompare } from '../../../src/cli/backtest/compare-setting.js'
import { UsageError } from '../../../src/cli/usage-error.js'

t.test('reads one change or several, in either spelling', (t) => {
  t.strictSame(parseCompare('threshold=20'), { text: 'threshold=20', change: { threshold: 20 }, notes: [] })
  t.strictSame(parseCompare(' threshold = 20 , window_seconds=30').change, { threshold: 20, windowSeconds: 30 })
  t.strictSame(parseCompare('window-type=fixed,send-resolved=true').change, { windowType: 'fixed', sendResolved: true })
  t.strictSame(parseCompare('send-resolved=false,cooldown-max-seconds=900').change, {
    sendResolved: false,
    cooldownMaxSeconds: 900,
  })
  t.strictSame(parseCompare('group-by=model,group-by=group').change, { groupBy: ['model', 'group'] })
  t.end()
})

t.test('says what is wrong with one', (t) => {
  for (const [text, message] of [
    [
      '',
      /^Expected `--compare` to be name=value, or RULE.name=value for one rule, the name one of threshold, window-seconds/,
    ],
    ['threshold', /got `threshold`$/],
    ['threshold=', /got `threshold=`$/],
    ['colour=red', /got `colour=red`$/],
    ['treshold=3', /got `treshold=3` \(did you mean `threshold`\?\)$/],
    ['threshold=20,,', /got `threshold=20,,`$/],
    ['url=https://example.test', /name one of/],
    ['\u001b[31mthreshold', /got `threshold`$/],
    ['threshold=-1', /^--compare threshold=-1: Expected `threshold` to be an integer from 1.*got `-1`$/],
    ['payments.threshold=20', /to name a rule of the config, got `payments`; there are no named rules$/],
    ['threshold=ten', /Expected `threshold` to be an integer from 1/],
    ['window-type=round', /Expected `windowType` to be/],
  ] as const) {
    const error = thrownBy(() => parseCompare(text))
    t.ok(error instanceof UsageError, text)
    t.match(error, { message }, text)
  }
  t.end()
})

const rules = [
  { name: 'payments', threshold: 10 },
  { name: 'db', match: { model: 'x' } },
]

t.test('changes one rule, and beside the rules those that have no value of their own', (t) => {
  const base = { threshold: 7, rules }
  t.strictSame(parseCompare('payments.threshold=20,db.window-seconds=5', base), {
    text: 'payments.threshold=20,db.window-seconds=5',
    change: {
      rules: [
        { name: 'payments', threshold: 20 },
        { name: 'db', match: { model: 'x' }, windowSeconds: 5 },
      ],
    },
    notes: [],
  })
  t.strictSame(parseCompare('threshold=20,db.group-by=model,db.group-by=group', base), {
    text: 'threshold=20,db.group-by=model,db.group-by=group',
    change: { threshold: 20, rules: [rules[0], { ...rules[1], groupBy: ['model', 'group'] }] },
    notes: [
      '--compare threshold=20,db.group-by=model,db.group-by=group: no difference to payments, with a threshold of its own.',
    ],
  })
  t.strictSame(parseCompare('default.threshold=20', { threshold: 7 }).change, { threshold: 20 })
  t.end()
})

t.test('says where a change would change nothing, or nothing that is there', (t) => {
  const all = { rules: rules.map((rule) => ({ ...rule, threshold: 3 })) }
  for (const [text, base, message] of [
    [
      'threshold=5',
      all,
      /^--compare threshold=5 changes nothing: each rule has a threshold of its own; name one, such as payments\.threshold=…$/,
    ],
    ['paiments.threshold=5', { rules }, /got `paiments` \(did you mean `payments`\?\); there are payments, db$/],
    ['default.threshold=5', { rules }, /got `default`; there are payments, db$/],
    ['payments.threshold=0', { rules }, /Expected `rules\.0\.threshold` to be an integer/],
  ] as const) {
    const error = thrownBy(() => parseCompare(text, base))
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
