import t from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { Announcer } from '../../src/evaluator/announcer.js'
import { ConfigInForce } from '../../src/evaluator/config-in-force.js'
import { newCounters } from '../../src/evaluator/stats.js'
import type { StoredConfig } from '../../src/store/store.js'
import { type FakeClock, fakeClock } from '../fixtures/fake-clock.js'

function inForce(options: LogsirenOptions): { config: ConfigInForce; codes: string[]; clock: FakeClock } {
  const clock = fakeClock()
  const counters = newCounters()
  const announcer = new Announcer(counters, clock)
  const codes: string[] = []
  announcer.on('warning', ({ code }) => codes.push(code))
  return { config: new ConfigInForce(options, announcer, counters, clock), codes, clock }
}

const text = (document: object): { kind: 'text'; text: string } => ({ kind: 'text', text: JSON.stringify(document) })

t.test('is the options, then what the key holds, then the last good of it, then the options again', (t) => {
  const { config, codes } = inForce({ url: 'https://a.test/', threshold: 5 })
  t.match(config.rules, [{ enabled: true, threshold: 5 }])
  config.adopt({ kind: 'text', text: '{' })
  t.equal(config.source, 'options', 'no document was good before')
  config.adopt(text({ threshold: 7 }))
  t.match(config.rules, [{ enabled: true, threshold: 7 }])
  t.equal(config.source, 'document')
  config.adopt({ kind: 'text', text: '{' })
  config.adopt({ kind: 'unreadable' })
  t.match(config.rules, [{ threshold: 7 }])
  t.equal(config.source, 'last_good')
  t.strictSame(codes, ['CONFIG_INVALID', 'CONFIG_INVALID', 'CONFIG_INVALID'])
  config.adopt({ kind: 'missing' })
  t.match(config.rules, [{ threshold: 5 }])
  t.equal(config.source, 'options')
  t.end()
})

t.test('takes no destination outside of what code allows', (t) => {
  const { config, codes } = inForce({ url: 'https://a.test/1', allowedOrigins: ['https://a.test', 'https://b.test'] })
  config.adopt(text({ enabled: true, url: 'https://b.test/2' }))
  t.match(config.rules, [{ url: 'https://b.test/2' }])
  config.adopt(text({ enabled: true, url: 'https://c.test/canary' }))
  t.match(config.rules, [{ url: 'https://b.test/2' }])
  t.strictSame(codes, ['CONFIG_INVALID'])
  t.end()
})

t.test('remembers rules as they were before it moved or ended them, once a config has been read', async (t) => {
  const { config, clock } = inForce({ url: 'https://options.test/' })
  const former = (): string[] => config.formerRules.map(({ rule }) => `${rule.name} ${rule.url} ${rule.threshold}`)
  config.adopt(text({ enabled: true, url: 'https://a.test/', threshold: 1 }))
  t.strictSame(former(), [], 'the options were never in force')
  await clock.advance(500)
  config.adopt(text({ enabled: true, url: 'https://b.test/', threshold: 2 }))
  t.match(config.formerRules, [{ leftAtMs: clock.monotonicMs() }])
  await clock.advance(500)
  config.adopt(text({ enabled: true, url: 'https://b.test/', threshold: 3 }))
  t.strictSame(former(), ['default https://a.test/ 1'], 'a change of anything else leaves nothing behind')
  config.adopt(text({ enabled: false, url: 'https://b.test/', threshold: 3 }))
  t.strictSame(former(), ['default https://a.test/ 1', 'default https://b.test/ 3'], 'nor does it go while it is off')
  config.adopt(text({ enabled: false, url: 'https://c.test/' }))
  config.adopt(text({ enabled: true, url: 'https://a.test/', threshold: 4 }))
  t.strictSame(former(), ['default https://b.test/ 3'], 'what is in force again is no former one')
  config.adopt(text({ enabled: true, url: 'https://a.test/', rules: [{ name: 'pay', threshold: 5 }] }))
  t.match(former(), ['default https://b.test/ 3', 'default https://a.test/ 4'], 'a rule that is dropped is remembered')
  for (let i = 0; i < 100; i += 1) config.adopt(text({ enabled: true, url: `https://${i}.test/` }))
  t.equal(config.formerRules.length, 64)
  t.equal(former().at(-1), 'default https://98.test/ 10')
})

t.test('says what is in force of a rule: where it is on and goes to the same url', (t) => {
  const { config } = inForce({ url: 'https://a.test/', secret: 'old' })
  const [rule] = config.rules
  if (rule === undefined) throw new Error('there is one')
  const reads: number[] = []
  config.onRead(() => void reads.push(config.rules.length))
  t.equal(config.inForce(rule), rule)
  config.adopt(text({ enabled: true, url: 'https://a.test/', secret: 'new' }))
  t.match(config.inForce(rule), { secret: 'new' }, 'as it is now')
  config.adopt(text({ enabled: true, url: 'https://b.test/' }))
  t.strictSame([config.inForce(rule), config.hasRule('default')], [undefined, true], 'moved')
  config.adopt(text({ enabled: false, url: 'https://a.test/' }))
  t.strictSame([config.inForce(rule), config.hasRule('default')], [undefined, false], 'off')
  config.adopt(text({ enabled: true, url: 'https://a.test/', rules: [{ name: 'other' }] }))
  t.strictSame([config.inForce(rule), config.hasRule('default')], [undefined, false], 'gone')
  config.adopt({ kind: 'unreadable' })
  t.equal(reads.length, 5, 'each reading is told of, whether it changed anything or not')
  t.end()
})

t.test('warns once, after the first read, where no rule has a url and none is switched off', (t) => {
  const url = 'https://a.test/'
  const missing = { kind: 'missing' } as const
  const cases: [options: LogsirenOptions, first: StoredConfig, codes: string[]][] = [
    [{}, missing, ['NO_DESTINATION']],
    [{ url: undefined, enabled: true }, missing, ['NO_DESTINATION']],
    [{ url: '' }, text({ threshold: 5 }), ['NO_DESTINATION']],
    [{ rules: [{ name: 'a' }, { name: 'b', url: undefined, enabled: false }] }, missing, ['NO_DESTINATION']],
    [{}, text({ enabled: true, url: '' }), ['NO_DESTINATION']],
    [{}, { kind: 'unreadable' }, ['NO_DESTINATION', 'CONFIG_INVALID']],
    [{ url }, missing, []],
    [{ url }, { kind: 'unreadable' }, ['CONFIG_INVALID']],
    [{ url: undefined }, text({ enabled: true, url }), []],
    [{ url: undefined }, text({ enabled: false, url }), []],
    [{ url: undefined }, text({ rules: [{ name: 'a', url }, { name: 'b' }] }), []],
    [{ rules: [{ name: 'a', url }, { name: 'b' }] }, missing, []],
    [{ enabled: false }, missing, []],
    [{ rules: [{ name: 'a', enabled: false }] }, missing, []],
    [{ url: undefined }, text({ enabled: false }), []],
  ]
  for (const [options, first, expected] of cases) {
    const { config, codes } = inForce(options)
    t.strictSame(codes, [], 'nothing was read')
    config.adopt(first)
    t.strictSame([...codes].sort(), [...expected].sort(), JSON.stringify([options, first]))
    config.adopt(missing)
    t.equal(codes.length, expected.length, 'and never again')
  }
  t.end()
})
