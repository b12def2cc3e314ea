import t from 'tap'
import type { GroupValues } from '../../src/rule/series.js'
import { readSilence, type Silence, type Silenceable, silenceOf } from '../../src/rule/silence.js'
import { fc } from '../fixtures/properties.js'

const whole = {
  until: 2000,
  createdAt: 1000,
  id: 'abcd1234',
  rule: 'db',
  group: { model: 'm', key_id: 7, 'app.area': null, on: true },
  reason: 'a deploy',
  by: 'ada@ops',
}

t.test('is read from its text, with and without what it may lack', (t) => {
  const { until: untilMs, createdAt: createdAtMs, ...rest } = whole
  t.strictSame(readSilence(JSON.stringify(whole)), { ...rest, untilMs, createdAtMs })
  t.strictSame(readSilence('{"until":2000,"createdAt":1000,"id":"abcd1234"}'), {
    id: 'abcd1234',
    untilMs: 2000,
    createdAtMs: 1000,
  })
  t.end()
})

t.test('what others have written is none, and never mutes more than it says', (t) => {
  const broken: readonly object[] = [
    { id: 'ABCD1234' },
    { id: 'abcd12345' },
    { id: 7 },
    { until: '2000' },
    { until: -1 },
    { until: 1e300 },
    { createdAt: null },
    { rule: 7 },
    { rule: '' },
    { rule: null },
    { group: {} },
    { group: ['m'] },
    { group: { model: ['m'] } },
    { rule: undefined },
  ]
  for (const change of broken) t.equal(readSilence(JSON.stringify({ ...whole, ...change })), undefined)
  for (const text of ['', '7', '[]', 'null', '{"until":2000', 'x4f1d2']) t.equal(readSilence(text), undefined)
  const { reason, by, ...bare } = whole
  t.strictSame(readSilence(JSON.stringify({ ...bare, reason: 7, by: {} })), readSilence(JSON.stringify(bare)))
  t.end()
})

const one = (silence: Omit<Silence, 'id' | 'createdAtMs'>): Silence => ({ id: 'abcd1234', createdAtMs: 0, ...silence })
const grouped = (groupValues: GroupValues | undefined, rule = 'db'): Silenceable => ({
  rule,
  groupBy: ['model', 'key_id'],
  groupValues,
})

t.test('values are compared as text, and all names of the rule must be there', (t) => {
  const isMuted = (group: GroupValues, values: GroupValues | undefined): boolean =>
    silenceOf(grouped(values), [one({ untilMs: 1, rule: 'db', group })]) !== undefined
  t.ok(isMuted({ model: 'm', key_id: '7' }, { model: 'm', key_id: 7 }))
  t.ok(isMuted({ key_id: 7, model: '' }, { model: null, key_id: 7 }))
  t.ok(isMuted({ key_id: 7, model: null }, { model: '', key_id: 7 }))
  t.notOk(isMuted({ model: 'm', key_id: 8 }, { model: 'm', key_id: 7 }))
  t.notOk(isMuted({ model: 'm' }, { model: 'm', key_id: 7 }), 'a name is missing')
  t.notOk(isMuted({ model: 'm', key_id: 7, group: 'g' }, { model: 'm', key_id: 7 }), 'a name too many')
  t.notOk(isMuted({ model: 'm', keyId: 7 }, { model: 'm', key_id: 7 }), 'another name')
  t.ok(isMuted({ model: 'm', key_id: 7 }, undefined), 'values that are not known may be these')
  t.notOk(isMuted({ model: 'm' }, undefined), 'of a rule without such groups they cannot')
  const ungrouped = { rule: 'db', groupBy: [], groupValues: undefined }
  t.equal(silenceOf(ungrouped, [one({ untilMs: 1, rule: 'db', group: { model: 'm' } })]), undefined)
  t.end()
})

t.test('of the silences that meet a series, the one that ends last counts, in whatever order they come', (t) => {
  const rules = fc.constantFrom('a', 'b')
  const values = fc.record({ model: fc.constantFrom('m', 'n', null), key_id: fc.constantFrom(0, 1, '1') })
  const silences = fc.array(
    fc
      .record({
        untilMs: fc.nat(20),
        rule: fc.option(rules, { nil: undefined }),
        group: fc.option(values, { nil: undefined }),
      })
      .map(({ untilMs, rule, group }) =>
        one({ untilMs, ...(rule !== undefined && { rule, ...(group !== undefined && { group }) }) }),
      ),
  )
  fc.assert(
    fc.property(rules, fc.option(values, { nil: undefined }), silences, (rule, given, all) => {
      const ends = all
        .filter((silence) => {
          if (silence.rule === undefined) return true
          if (silence.rule !== rule) return false
          if (silence.group === undefined || given === undefined) return true
          const { model, key_id } = silence.group
          return (model ?? '') === (given.model ?? '') && `${key_id}` === `${given.key_id}`
        })
        .map(({ untilMs }) => untilMs)
      const until = silenceOf(grouped(given, rule), all)?.untilMs
      return until === (ends.length === 0 ? undefined : Math.max(...ends))
    }),
  )
  t.end()
})
