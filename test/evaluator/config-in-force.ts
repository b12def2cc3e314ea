import t from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { ConfigInForce } from '../../src/evaluator/config-in-force.js'
import { Announcer } from '../../src/evaluator/events.js'
import { newCounters } from '../../src/evaluator/stats.js'
import { fakeClock } from '../fixtures/fake-clock.js'

function inForce(options: LogsirenOptions): { config: ConfigInForce; codes: string[] } {
  const counters = newCounters()
  const announcer = new Announcer(counters, fakeClock())
  const codes: string[] = []
  announcer.on('warning', ({ code }) => codes.push(code))
  return { config: new ConfigInForce(options, announcer, counters), codes }
}

const text = (document: object): { kind: 'text'; text: string } => ({ kind: 'text', text: JSON.stringify(document) })

t.test('is the options, then what the key holds, then the last good of it, then the options again', (t) => {
  const { config, codes } = inForce({ url: 'https://a.test/', threshold: 5 })
  t.match(config.rules, [{ enabled: true, threshold: 5 }])
  config.adopt(text({ threshold: 7 }))
  t.match(config.rules, [{ enabled: true, threshold: 7 }])
  config.adopt({ kind: 'text', text: '{' })
  config.adopt({ kind: 'unreadable' })
  t.match(config.rules, [{ threshold: 7 }])
  t.strictSame(codes, ['CONFIG_INVALID', 'CONFIG_INVALID'])
  config.adopt({ kind: 'missing' })
  t.match(config.rules, [{ threshold: 5 }])
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

t.test('remembers where a rule was moved away from, once a config has been read', (t) => {
  const { config } = inForce({ url: 'https://options.test/' })
  config.adopt(text({ enabled: true, url: 'https://a.test/' }))
  t.strictSame(config.earlierUrls('default'), [], 'the options were never in force')
  config.adopt(text({ enabled: true, url: 'https://b.test/' }))
  config.adopt(text({ enabled: true, url: 'https://b.test/', threshold: 3 }))
  t.strictSame(config.earlierUrls('default'), ['https://a.test/'])
  config.adopt({ kind: 'missing' })
  config.adopt(text({ enabled: true, url: 'https://a.test/' }))
  t.strictSame(config.earlierUrls('default'), ['https://b.test/', 'https://options.test/'])
  for (let i = 0; i < 20; i += 1) config.adopt(text({ enabled: true, url: `https://${i}.test/` }))
  t.equal(config.earlierUrls('default').length, 8)
  t.strictSame(config.earlierUrls('other'), [])
  t.end()
})
