import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../../src/config/options.js'
import type { Warning } from '../../../src/errors.js'
import { Announcer } from '../../../src/evaluator/announcer.js'
import { ConfigInForce } from '../../../src/evaluator/config-in-force.js'
import { Backlog } from '../../../src/evaluator/counting/backlog.js'
import type { Claimed } from '../../../src/evaluator/counting/claim-sink.js'
import { DueSeries } from '../../../src/evaluator/counting/due-series.js'
import { OtherRequests } from '../../../src/evaluator/counting/other-requests.js'
import { ProcessNews } from '../../../src/evaluator/counting/process-news.js'
import { SeriesMemory } from '../../../src/evaluator/counting/series-memory.js'
import { Submission } from '../../../src/evaluator/counting/submission.js'
import { SilencesInForce } from '../../../src/evaluator/silences-in-force.js'
import { type Counters, newCounters } from '../../../src/evaluator/stats.js'
import { seriesOf } from '../../../src/rule/series.js'
import { MemoryBeats } from '../../../src/store/memory/memory-beats.js'
import type { Claim, Reply, Submission as Sent, Store, Tallied } from '../../../src/store/store.js'
import { type FakeClock, fakeClock } from '../../fixtures/fake-clock.js'
import { judged, noSilences, only } from '../../fixtures/store-bench.js'
import { occurrence } from '../../fixtures/tellings.js'

const claim: Claim = {
  id: 'a',
  holder: '',
  fleet: '',
  revision: '',
  facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
  count: 1,
  tries: 0,
  draft: '{}',
  ageMs: 0,
  isNew: false,
}
const config = (document: object): Reply => ({
  kind: 'config',
  config: { kind: 'text', text: JSON.stringify(document) },
  silences: noSilences,
})

interface Change {
  readonly tally?: (index: number) => Partial<Tallied>
  readonly due?: readonly string[]
  readonly formerlyOpen?: readonly (readonly string[])[]
  readonly repaired?: readonly string[]
}

function counted({ entries }: Sent, { tally, due = [], formerlyOpen = [], repaired = [] }: Change = {}): Reply {
  const tallies = entries.map(({ kind }, index) => ({ ...judged, isJudged: kind === 'judged', ...tally?.(index) }))
  return { kind: 'counted', tallies, due, formerlyOpen, repaired, fleet: '' }
}

interface Setup {
  readonly submission: Submission
  readonly send: (isWaitedFor?: boolean) => Promise<boolean>
  readonly sent: Sent[]
  readonly clock: FakeClock
  readonly counters: Counters
  readonly claims: Claimed[]
  readonly warnings: Warning[]
  readonly dueSeries: DueSeries
  readonly memory: SeriesMemory
  /** Errors of a rule, or of one of its groups. */
  readonly observe: (name: string, errors?: number, groupKey?: string) => void
}

const rules = [{ name: 'default' }, { name: 'other' }]

function setUp(
  t: Test,
  answer: (sent: Sent, round: number) => Reply = (sent) => counted(sent),
  options: LogsirenOptions = { url: 'http://127.0.0.1:9/', rules },
): Setup {
  const clock = fakeClock()
  const sent: Sent[] = []
  const store: Store = {
    isShared: true,
    beats: new MemoryBeats(clock),
    // What fails rejects.
    submit: async (one) => {
      sent.push(one)
      return answer(one, sent.length)
    },
    enrich: () => Promise.resolve(),
    settle: () => Promise.resolve(true),
    onReachable: () => {},
    close: () => Promise.resolve(),
  }
  const counters = newCounters()
  const [claims, warnings]: [Claimed[], Warning[]] = [[], []]
  const announcer = new Announcer(counters, clock)
  announcer.on('warning', (warning) => void warnings.push(warning))
  const inForce = new ConfigInForce(options, announcer, counters, clock)
  const backlog = new Backlog(clock, counters)
  const [dueSeries, memory] = [new DueSeries(clock), new SeriesMemory(clock)]
  const dispatcher = { deliver: (claimed: Claimed) => void claims.push(claimed), untriedIds: [] }
  const facts = () => ({ service: 's', hostname: 'h', logger: 'pino', config: inForce.source }) as const
  const news = new ProcessNews({ clock, stats: () => counters, facts })
  const silences = new SilencesInForce(clock)
  const parts = {
    store,
    silences,
    backlog,
    otherRequests: new OtherRequests(clock),
    dueSeries,
    memory,
    clock,
    counters,
    announcer,
    config: inForce,
    dispatcher,
    news,
  }
  const submission = new Submission({ ...parts, fallback: undefined, hostname: 'h' })
  const observe: Setup['observe'] = (name, errors = 1, groupKey = '') => {
    const rule = only(inForce.rules.find((one) => one.name === name))
    for (let i = 0; i < errors; i += 1) {
      const moment = { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() }
      backlog.add(seriesOf(rule, groupKey), occurrence({ keyId: i }), moment)
    }
  }
  const send: Setup['send'] = (isWaitedFor = false) => submission.attempt(() => isWaitedFor)
  t.teardown(() => submission.close())
  return { submission, send, sent, clock, counters, claims, warnings, dueSeries, memory, observe }
}

const idsOf = ({ entries }: Sent): string[] => entries.map(({ series }) => series.id)

t.test('sends a batch again, with the same number, under a config that has changed', async (t) => {
  const { send, sent, counters, observe } = setUp(t, (one, round) =>
    round === 1 ? config({ enabled: true, rules: [{ name: 'default', threshold: 7 }] }) : counted(one),
  )
  observe('default')
  observe('other', 3)
  t.equal(await send(), false)
  t.match(sent, [
    { sequence: 1, entries: [{ series: { rule: { threshold: 10 } } }, { series: { id: 'other' } }] },
    { sequence: 1, entries: [{ series: { rule: { threshold: 7 } } }], rules: [{ name: 'default', threshold: 7 }] },
  ])
  t.strictSame(
    sent.map(({ entries, rules }) => [entries.length, rules.length]),
    [
      [2, 2],
      [1, 1],
    ],
  )
  t.match(counters, { submissions: 1, dropped: 3 }, 'what a rule counted that is gone is dropped, and said to be')
  await send()
  t.equal(sent.at(-1)?.sequence, 2)
})

t.test('sends a batch again with silences that have changed, and keeps all else that it knows', async (t) => {
  const silence = { id: 'aaaaaaaa', createdAtMs: 0, untilMs: 60_000, rule: 'other' }
  const silences = { list: [silence], readAtMs: 0 }
  const replies: Reply[] = [{ kind: 'config', config: { kind: 'text', text: '{' }, silences: noSilences }]
  const { send, sent, clock, counters, memory, warnings, observe } = setUp(t, (one) => replies.shift() ?? counted(one))
  observe('default')
  observe('other')
  await send()
  replies.push({ kind: 'silences', silences })
  observe('default')
  observe('other')
  await send()
  t.match(sent.slice(-2), [
    { sequence: 2, entries: [{ kind: 'counted' }, { kind: 'counted' }] },
    { sequence: 2, entries: [{ kind: 'counted' }, { kind: 'judged', silence }] },
  ])
  t.match(counters, { submissions: 2, invalidConfigs: 1, dropped: 0 }, 'the config was read once')
  t.equal(warnings.length, 1)
  t.equal(memory.totalOf(only(sent.at(-1)?.entries[0]).series), 1)
  await clock.advance(1)
  observe('other')
  await send()
  t.match(sent.at(-1)?.entries, [{ kind: 'judged', silence }])
})

t.test('is still returning where the first answer is of silences', async (t) => {
  const { send, sent } = setUp(t, (one, round) => {
    if (round === 1) throw new Error('away')
    return round === 2 ? { kind: 'silences', silences: noSilences } : counted(one)
  })
  await t.rejects(send(), { message: 'away' })
  await send()
  await send()
  t.strictSame(
    sent.map(({ isReturning }) => isReturning),
    [false, true, true, false],
  )
})

t.test('gives up on a config that keeps changing, and on silences that do', async (t) => {
  for (const reply of [config({}), { kind: 'silences', silences: noSilences } as const]) {
    const { send, sent } = setUp(t, () => reply)
    await t.rejects(send(), { message: /keeps changing/ })
    t.equal(sent.length, 3)
  }
})

t.test('what was not answered for is sent again as it was, until it is', async (t) => {
  const { submission, send, sent, counters, observe } = setUp(t, (one, round) => {
    if (round < 3) throw new Error('away')
    return counted(one)
  })
  observe('default', 4)
  counters.observed = 4
  await t.rejects(send(), { message: 'away' })
  observe('other', 2)
  counters.observed = 6
  await t.rejects(send(), { message: 'away' })
  t.strictSame([submission.isOpen, submission.errors], [true, 4])
  await send()
  t.strictSame([submission.isOpen, submission.errors], [false, 0])
  t.strictSame(
    sent.map((one) => [one.sequence, ...idsOf(one), one.growth]),
    Array(3).fill([1, 'default', { observed: 4 }]),
  )
  await send()
  t.match(sent.at(-1), { sequence: 2, entries: [{ series: { id: 'other' }, counts: [{ count: 2 }] }] })
})

t.test('says that more waits where something found no room', async (t) => {
  const { send, sent, observe } = setUp(t)
  for (let i = 0; i < 1200; i += 1) observe('default', 1, `${i}`)
  const isMoreWaiting: boolean[] = []
  do isMoreWaiting.push(await send())
  while (isMoreWaiting.at(-1) === true)
  t.strictSame(isMoreWaiting, [true, true, true, false])
  t.strictSame(
    sent.map(({ entries }) => entries.length),
    [300, 300, 300, 300],
  )
})

t.test('passes on what was claimed, the oldest first, and looks at what is due', async (t) => {
  const { send, claims, dueSeries, memory, observe } = setUp(t, (one) =>
    counted(one, {
      tally: (i) => ({ total: 5 + i, claim: { ...claim, ageMs: 10 * i } }),
      due: ['other', 'default:group'],
    }),
  )
  observe('default')
  observe('other')
  dueSeries.add('other', { isForced: true })
  await send()
  t.match(
    claims.map(({ series, isForced, draft }) => [series.id, isForced, draft]),
    [
      ['other', true, undefined],
      ['default', false, undefined],
    ],
  )
  t.equal(memory.totalOf(only(claims[1]).series), 5)
  t.strictSame([...dueSeries.take(() => true).keys()], ['other', 'default:group'])
})

t.test(
  'what is claimed while somebody waits for it is delivered now, though its destination asks for a pause',
  async (t) => {
    const { send, claims, observe } = setUp(t, (one) => counted(one, { tally: () => ({ claim }) }))
    for (const isWaitedFor of [false, true]) {
      observe('default')
      await send(isWaitedFor)
    }
    t.match(
      claims.map(({ isForced }) => isForced),
      [false, true],
    )
  },
)

t.test('makes the draft of an alert that was raised without one', async (t) => {
  const { send, sent, claims, observe } = setUp(t, (one) => counted(one, { tally: () => ({ claim: blank }) }))
  const blank = { ...claim, draft: '' }
  observe('default', 2)
  await send()
  t.match(sent, [{ entries: [{ kind: 'judged', draft: '' }] }], 'far from its threshold, as far as it knows')
  t.match(JSON.parse(claims[0]?.draft ?? ''), { threshold: 10, hostname: 'h', sample: { key_id: 1 } })
})

t.test('looks at once at a series that was only counted, and is at its threshold since others count too', async (t) => {
  let total = 1
  const { send, sent, dueSeries, observe } = setUp(t, (one) => counted(one, { tally: () => ({ total }) }))
  observe('default')
  await send()
  observe('default')
  await send()
  t.strictSame([sent.at(-1)?.entries[0]?.kind, dueSeries.isEmpty], ['counted', true])
  total = 10
  observe('default')
  await send()
  t.strictSame([sent.at(-1)?.entries[0]?.kind, dueSeries.isEmpty], ['counted', false])
  await send()
  t.match(sent.at(-1)?.entries, [{ kind: 'judged', counts: [] }])
})

t.test('asks after what the config moved away or ended: at once, and then now and then', async (t) => {
  const moved = { enabled: true, url: 'http://127.0.0.1:8/', rules: [{ name: 'default' }] }
  const configs = [config({}), config(moved)]
  const { send, sent, clock, dueSeries } = setUp(t, (one, round) => {
    const changed = round === 1 || round === 3 ? configs.shift() : undefined
    const formerlyOpen = one.formerRules?.map(({ rule }) => [rule.name])
    return changed ?? counted(one, { formerlyOpen: formerlyOpen ?? [] })
  })
  await send()
  t.strictSame(sent.at(-1)?.formerRules, [])
  await send()
  const url = 'http://127.0.0.1:9/'
  t.match(sent.at(-1)?.formerRules, [{ rule: { name: 'default', url } }, { rule: { name: 'other', url } }])
  t.match(
    [...dueSeries.take(() => true)],
    [
      ['default', { former: { rule: { url } } }],
      ['other', { former: { rule: { url } } }],
    ],
  )
  await clock.advance(4999)
  await send()
  t.strictSame(sent.at(-1)?.formerRules, [])
  await clock.advance(1)
  await send()
  t.equal(sent.at(-1)?.formerRules?.length, 2)
  await clock.advance(590_000)
  await send()
  t.equal(sent.at(-1)?.formerRules?.length, 2)
  await clock.advance(5000)
  await send()
  t.strictSame(sent.at(-1)?.formerRules, [], 'what was in other hands is found by then')
})

t.test('looks at nothing for rules that are off, and says so of none', async (t) => {
  const options = { url: 'http://127.0.0.1:9/', rules: [{ name: 'default' }, { name: 'other', enabled: false }] }
  const { send, sent, counters, observe } = setUp(t, undefined, options)
  observe('default')
  observe('other', 2)
  await send()
  t.match(sent, [{ entries: [{ series: { id: 'default' } }], rules: [{ name: 'default' }] }])
  t.strictSame([sent[0]?.entries.length, sent[0]?.rules.length, counters.dropped], [1, 1, 2])
})

t.test('says once of each key that it was begun anew', async (t) => {
  const { send, warnings } = setUp(t, (one, round) =>
    counted(one, { repaired: round < 3 ? ['c:fleet'] : ['c:fleet', 'c:series'] }),
  )
  for (let i = 0; i < 3; i += 1) await send()
  t.match(
    warnings.map(({ code, message }) => `${code} ${message}`),
    [/^REDIS_UNAVAILABLE logsiren: the key c:fleet held something else/, /c:series/],
  )
  t.equal(warnings.length, 2)
})

t.test('tells how much its counters have grown now and then, and what was dropped', async (t) => {
  const { submission, send, sent, counters, observe } = setUp(t, (one) =>
    counted(one, { tally: () => ({ dropped: 2 }) }),
  )
  counters.errors = 3
  t.ok(submission.hasUntold)
  observe('default', 3)
  await send()
  t.match(sent[0]?.growth, { errors: 3 })
  t.match(counters, { dropped: 2, submissions: 1 })
  t.ok(submission.hasUntold)
  await send()
  t.equal(sent[1]?.growth, undefined, 'that is told with the next idle batch')
  await send(true)
  t.match(sent[2]?.growth, { dropped: 2, submissions: 2 }, 'or where somebody waits')
  t.notOk(submission.hasUntold)
})

t.test('learns nothing of an answer that comes once it is closed', async (t) => {
  const { submission, send, counters, claims, observe } = setUp(t, (one) => {
    submission.close()
    return counted(one, { tally: () => ({ claim }) })
  })
  observe('default', 3)
  t.equal(await send(), false)
  t.strictSame([claims.length, counters.submissions, submission.errors], [0, 0, 3])
})

t.test('tells of the process which config it goes by, with the very submission that brings another one', async (t) => {
  const { send, sent, clock } = setUp(t, (one, round) => (round === 2 ? config({ threshold: 7 }) : counted(one)))
  await send()
  await send()
  await send()
  t.match(sent, [
    { process: { service: 's', hostname: 'h', logger: 'pino', config: 'options', linesPerMinute: 0 } },
    { process: undefined },
    { process: { config: 'document' } },
    { process: undefined },
  ])
  await clock.advance(15_000)
  await send()
  t.match(sent.at(-1), { process: { config: 'document' } })
})
