import t from 'tap'
import { type Draft, MAX_DRAFT_BYTES, readDraft, ruleMembers, withDraft, writeDraft } from '../../src/alert/draft.js'
import { toSample } from '../../src/alert/sample.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { rule } from '../fixtures/store-bench.js'

const sample = toSample(toLogRecord({ statusCode: 503 }))
const draft: Draft = {
  threshold: 1,
  window_seconds: 60,
  sample,
  sample_trace_id: '0af7',
  group_by: { model: 'm', 'app.area': null },
  service: 'shop',
  hostname: 'web-1',
  first_seen: '2026-11-23T18:16:07Z',
  last_seen: '2026-11-23T18:16:08Z',
  samples: [{ ...sample, count: 3, last_seen: '2026-11-23T18:16:08Z' }],
  top: { message: [], path: [{ value: '/a', count: 2 }], status: [{ value: 503, count: 3 }] },
  degraded: true,
}

t.test('a draft is read back, and one that another hand has changed is not', (t) => {
  t.strictSame(readDraft(writeDraft(draft)), draft)
  const least = { threshold: 1, window_seconds: 60, sample }
  t.strictSame(readDraft(writeDraft(least)), least)
  const spoilt = ['', 'no', 'null', '[]', '{"threshold":1}', '{"threshold":1,"window_seconds":1,"sample":null}']
  for (const text of spoilt) t.equal(readDraft(text), undefined)
  const odd = {
    ...least,
    service: 5,
    hostname: null,
    sample_trace_id: 7,
    group_by: 'x',
    samples: {},
    top: [],
    first_seen: 1,
    degraded: 1,
  }
  t.strictSame(readDraft(JSON.stringify(odd)), least)
  t.end()
})

t.test('labels and templates of links are kept, as far as another hand has left texts', (t) => {
  const labels = { team: 'shop' }
  const link_templates = { Logs: 'https://a.test/{id}' }
  const told = { threshold: 1, percent: 2.5, window_seconds: 60, sample, labels, link_templates }
  t.strictSame(readDraft(writeDraft(told)), told)
  t.strictSame(ruleMembers({ ...rule, threshold: 1, percent: 2.5, labels, links: link_templates }), {
    threshold: 1,
    percent: 2.5,
    window_seconds: 60,
    labels,
    link_templates,
  })
  t.strictSame(Object.keys(ruleMembers(rule)), ['threshold', 'window_seconds'])
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`n${index}`, 'x'.repeat(9000)]))
  const changed = readDraft(JSON.stringify({ ...told, labels: { a: 1, ...many }, link_templates: many, percent: 'x' }))
  t.strictSame(Object.keys(changed?.labels ?? {}), Object.keys(many).slice(0, 10))
  t.equal(changed?.labels?.['n0']?.length, 2048)
  t.equal(Object.keys(changed?.link_templates ?? {}).length, 5)
  t.notOk(changed && 'percent' in changed)
  t.notOk('labels' in (readDraft(JSON.stringify({ ...told, labels: ['x'] })) ?? {}))
  t.end()
})

t.test('leaves room for the urls of its links', (t) => {
  const large = { ...sample, error_message: '\u0001'.repeat(1300), count: 1, last_seen: '' }
  const link_templates = { a: 'https://a.test/', b: 'https://a.test/', c: 'https://a.test/' }
  const written = writeDraft({ ...draft, link_templates, samples: Array(12).fill(large) })
  t.ok(Buffer.byteLength(written) <= MAX_DRAFT_BYTES - 6000)
  t.end()
})

t.test('leaves samples, then top lists, out where all would be too long', (t) => {
  const large = { ...sample, error_message: '\u0001'.repeat(1300), count: 1, last_seen: '' }
  const written = writeDraft({ ...draft, samples: Array(12).fill(large) })
  t.ok(Buffer.byteLength(written) <= MAX_DRAFT_BYTES)
  t.equal(readDraft(written)?.samples?.length, 7)
  t.ok(readDraft(written)?.top)
  const top = { message: [{ value: '\u0001'.repeat(11_000), count: 1 }], path: [], status: [] }
  t.notOk(readDraft(writeDraft({ ...draft, top }))?.top)
  t.end()
})

t.test('a draft stands before groups that were frozen without one, and nothing before others', (t) => {
  t.equal(withDraft('{"threshold":3}', '{"groups":2,"top_groups":[]}'), '{"threshold":3,"groups":2,"top_groups":[]}')
  t.equal(withDraft('', '{"groups":2,"top_groups":[]}'), '{"groups":2,"top_groups":[]}')
  t.equal(withDraft('{"threshold":3}', '{"threshold":4,"groups":2}'), '{"threshold":4,"groups":2}')
  t.end()
})

t.test('what the store adds of many groups is read back, whatever else the draft has', (t) => {
  const added = (text: string): string =>
    `${text.slice(0, -1)},"groups":38,"top_groups":[{"value":"model=a","count":40}]}`
  const group = [{ value: 'model=a', count: 40 }]
  t.match(readDraft(added(writeDraft(draft))), { groups: 38, top: { ...draft.top, group } })
  const { top: _, ...withoutTop } = draft
  t.match(readDraft(added(writeDraft(withoutTop))), { groups: 38, top: { message: [], path: [], status: [], group } })
  t.end()
})
