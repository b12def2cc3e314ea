import t from 'tap'
import { incidentFingerprint, incidentKey, nameOfAlone, testRun, threadKey } from '../../src/alert/incident-key.js'
import type { Payload } from '../../src/alert/payload.js'
import { payload } from '../fixtures/formats/arbitrary-payload.js'
import { firing, over, payloads } from '../fixtures/formats/payloads.js'
import { fc } from '../fixtures/properties.js'

const test = payloads['test'] ?? firing

t.test('names fleet, rule and group, for alerts and their ends alike, whoever tells them', (t) => {
  t.equal(incidentKey(firing, 'f1'), 'logsiren/f1/default')
  t.equal(incidentKey(over, 'f1'), 'logsiren/f1/default')
  const grouped = { ...firing, rule: 'models', group_by: { b: null, a: 'x' } }
  t.equal(incidentKey(grouped, 'f1'), 'logsiren/f1/models/[["a","x"],["b",null]]')
  const elsewhere = { ...grouped, group_by: { a: 'x', b: null }, hostname: 'other', service: 'other' }
  t.equal(incidentKey(elsewhere, 'f1'), incidentKey(grouped, 'f1'))
  t.not(incidentKey({ ...grouped, group_by: { a: 'x', b: 'null' } }, 'f1'), incidentKey(grouped, 'f1'))
  t.not(incidentKey(grouped, 'f2'), incidentKey(grouped, 'f1'))
  t.end()
})

t.test('a process that counts alone is named by its service and its host', (t) => {
  t.equal(nameOfAlone({ service: 'shop', hostname: 'web-1' }), 'shop@web-1')
  t.equal(nameOfAlone({ service: '', hostname: 'web-1' }), 'web-1')
  t.equal(nameOfAlone({}), '')
  t.equal(incidentKey(firing, nameOfAlone({})), 'logsiren/default', 'who has no name leaves it out')
  t.end()
})

t.test('each incident has a thread of its own, with its repeats and its end', (t) => {
  const since = '2026-11-23T18:15:29Z'
  const first = { ...firing, since }
  const thread = threadKey(first, 'f1')
  t.equal(threadKey({ ...first, id: 'again', count: 99 }, 'f1'), thread)
  t.equal(threadKey({ ...over, since }, 'f1'), thread)
  t.not(threadKey({ ...first, since: '2026-11-23T19:15:29Z' }, 'f1'), thread)
  t.not(threadKey(first, 'f2'), thread)
  t.equal(
    threadKey(firing, 'f1'),
    incidentKey(firing, 'f1'),
    'where nobody knows since when it lasts there is one for all',
  )
  t.end()
})

t.test('each test has a key of its own, which its end shares, and touches nothing that is open', (t) => {
  t.equal(incidentKey(test, 'f1'), `logsiren-test/${test.id}/default`)
  const end = { ...over, test: true, alert_id: test.id } as Payload
  t.equal(incidentKey(end, 'f1'), incidentKey(test, 'f1'))
  t.strictSame([testRun(test), testRun(end), testRun(firing), testRun(over)], [test.id, test.id, undefined, undefined])
  t.not(incidentKey({ ...test, id: 'another' }, 'f1'), incidentKey(test, 'f1'))
  t.end()
})

t.test('what is long or not ASCII is hashed, and still tells apart', (t) => {
  const keyOf = (value: string): string => incidentKey({ ...firing, group_by: { model: value } }, 'f1')
  t.match(keyOf('é'), /^logsiren\/[0-9a-f]{64}$/)
  t.match(keyOf('x'.repeat(300)), /^logsiren\/[0-9a-f]{64}$/)
  t.not(keyOf('x'.repeat(300)), keyOf('x'.repeat(301)))
  const isKey = (key: string): boolean => /^[\x20-\x7e]{1,255}$/.test(key)
  fc.assert(
    fc.property(payload, fc.string(), (one, fleet) => [incidentKey(one, fleet), threadKey(one, fleet)].every(isKey)),
  )
  t.end()
})

t.test('the fingerprint is of the key', (t) => {
  t.match(incidentFingerprint(firing, 'f1'), /^[0-9a-f]{16}$/)
  t.equal(incidentFingerprint(over, 'f1'), incidentFingerprint(firing, 'f1'))
  t.not(incidentFingerprint({ ...firing, rule: 'other' }, 'f1'), incidentFingerprint(firing, 'f1'))
  t.end()
})
