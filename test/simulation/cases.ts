// Small journals, written by hand: for each promise one that breaks it, and some that nearly do.
import type {
  Adoption,
  AlertSeen,
  Attempt,
  BeatSeen,
  Burst,
  ConfigWrite,
  Disturbance,
  Journal,
  KindSeen,
  Life,
  RuleView,
  SilenceSeen,
} from './journal.js'
import { newJournal } from './journal.js'
import { HEARTBEAT_URL } from './plan.js'

export interface Case {
  readonly promise: string
  readonly broken: Partial<Journal>
  /** Journals that keep the promise, by the reason why they do. */
  readonly kept: Readonly<Record<string, Partial<Journal>>>
}

export function journalOf(given: Partial<Journal>): Journal {
  return { ...newJournal(), healMs: 60_000, endMs: 300_000, lives: [life({})], adoptions: [adoption({})], ...given }
}

const URL = 'http://a.test/'

const life = (given: Partial<Life>): Life => ({
  process: 'p0',
  number: 0,
  startMs: 0,
  endMs: undefined,
  end: undefined,
  observedTimes: [],
  readTimes: [],
  dropped: 0,
  abandoned: 0,
  ignorable: 0,
  ignored: 0,
  uncertainSinceMs: 0,
  wasCutOff: false,
  ...given,
})

const view = (given: Partial<RuleView> = {}): RuleView => ({
  isEnabled: true,
  url: URL,
  threshold: 3,
  windowMs: 10_000,
  cooldownMs: 10_000,
  sendResolved: true,
  isFixed: false,
  newOnly: false,
  learnMs: 0,
  maxAlertsPerMinute: 10,
  percent: 0,
  ...given,
})

const adoption = (given: Partial<Adoption>): Adoption => ({
  life: 0,
  atMs: 0,
  rules: { shared: view() },
  isInitial: true,
  ...given,
})

const alert = (atMs: number, given: Partial<AlertSeen> = {}): AlertSeen => ({
  id: 'a1',
  rule: 'shared',
  group: '',
  life: 0,
  url: URL,
  fromMs: atMs,
  atMs,
  threshold: 3,
  windowMs: 10_000,
  cooldownMs: 10_000,
  isFixed: false,
  isDegraded: false,
  count: 3,
  ...given,
})

const attempt = (startMs: number, status: number | undefined, given: Partial<Attempt> = {}): Attempt => ({
  id: 'a1',
  kind: 'alert',
  alertId: 'a1',
  rule: 'shared',
  group: '',
  url: URL,
  life: 0,
  raisedMs: startMs,
  startMs,
  endMs: startMs + 20,
  status,
  isHeard: status !== undefined,
  retryAfterMs: 0,
  notice: 1,
  since: '',
  lastedMs: 0,
  count: 3,
  groups: 0,
  members: [],
  error: '',
  ...given,
})

const beat = (startMs: number, status: number | undefined = 200, given: Partial<BeatSeen> = {}): BeatSeen => {
  return { ...attempt(startMs, status), ...given }
}
/** A fleet whose one process reads a line each five seconds until 200 s, and beats at these times. */
const beating = (...times: readonly number[]): Partial<Journal> => ({
  heartbeatMs: 20_000,
  lives: [life({ readTimes: Array.from({ length: 40 }, (_, i) => 5000 * (i + 1)) })],
  beats: times.map((ms) => beat(ms)),
})
/** As often as it should. */
const steadily = Array.from({ length: 11 }, (_, i) => 5000 + 20_000 * i)
/** As often as it should until 65 s, and as often from this moment on. */
const anewFrom = (ms: number): readonly number[] => [
  ...steadily.filter((one) => one <= 65_000),
  ...Array.from({ length: 7 }, (_, i) => ms + 20_000 * i),
]

/** So many requests at one moment. */
const at = (ms: number, count: number): number[] => Array.from({ length: count }, () => ms)
/** Three errors, beside as many requests that went well, of a rule that asks for a tenth. */
const sharing = (others: number, alerts: readonly AlertSeen[]): Partial<Journal> => ({
  adoptions: [adoption({ rules: { shared: view({ percent: 10 }) } })],
  errors: new Map([['shared|', [11_000, 12_000, 13_000]]]),
  requests: at(10_000, others),
  alerts: [...alerts],
  attempts: [attempt(13_200, 200), end(75_000)],
})

const burst = (...times: number[]): Burst => ({ life: 0, rule: 'shared', group: '', error: '', times })
const trouble = (where: string, fromMs: number, untilMs: number, kind = 'down'): Disturbance => ({
  where,
  kind,
  fromMs,
  untilMs,
})
const write = (atMs: number, given: Partial<ConfigWrite> = {}): ConfigWrite => ({
  atMs,
  text: `{"note":${atMs}}`,
  isValid: true,
  off: [],
  movesUrls: false,
  ...given,
})
const errors = (...times: number[]): Pick<Journal, 'errors'> => ({ errors: new Map([['shared|', times]]) })
const end = (startMs: number): Attempt => attempt(startMs, 200, { id: 'e1', kind: 'end' })
const calls = (count: number, apartMs: number): Journal['batchCalls'] =>
  Array.from({ length: count }, (_, i) => ({ life: 0, atMs: i * apartMs }))
const named = (atMs: number, fleet: string): Journal['fleets'][number] => ({ life: 0, atMs, fleet })
const sent = { ...errors(69_000, 69_000, 69_000), alerts: [alert(70_000)] }
/** Two alerts in a row, with these numbers. */
const numbered = (first: number, second: number): Partial<Journal> => ({
  ...errors(69_000, 69_000, 69_000, 81_000, 81_000, 81_000),
  alerts: [alert(70_000), alert(82_000, { id: 'a2' })],
  attempts: [
    attempt(70_000, 200, { notice: first }),
    attempt(82_000, 200, { id: 'a2', alertId: 'a2', notice: second, since: second === 1 ? 'later' : '' }),
    { ...end(105_000), alertId: 'a2', lastedMs: 20_000 },
  ],
})
/** Two alerts, an end of the first that is answered with this status, and one that says how long the errors lasted. */
const ended = (status: number, lastedMs: number): Partial<Journal> => ({
  ...errors(69_000, 69_000, 69_000, 169_000, 169_000, 169_000),
  alerts: [alert(70_000), alert(170_000, { id: 'a2' })],
  attempts: [
    attempt(70_000, 200),
    { ...end(110_000), status },
    attempt(170_000, 200, { id: 'a2', alertId: 'a2', since: 'later' }),
    { ...end(200_000), id: 'e2', alertId: 'a2', lastedMs },
  ],
})
const silence = (atMs: number, untilMs: number, given: Partial<SilenceSeen> = {}): SilenceSeen => ({
  id: 's0000000',
  rule: 'shared',
  group: undefined,
  atMs,
  untilServerMs: untilMs,
  endedMs: undefined,
  ...given,
})
const answers = (...times: number[]): Journal['fleets'] => times.map((atMs) => named(atMs, 'one'))
const kind = (error: string, ...times: number[]): KindSeen[] =>
  times.map((atMs) => ({ life: 0, rule: 'shared', error, atMs }))
/** The rule asks for what is new, and learns nothing at first. */
const asking = (given: Partial<RuleView> = {}): Pick<Journal, 'adoptions'> => ({
  adoptions: [adoption({ rules: { shared: view({ threshold: 1, newOnly: true, sendResolved: false, ...given }) } })],
})
/** Two alerts of a rule that asks for what is new, and what their samples are. */
const news = (first: string, second: string): Partial<Journal> => ({
  ...asking(),
  ...errors(69_000, 99_000),
  kinds: [...kind(first, 69_000), ...kind(second, 99_000)],
  fleets: answers(70_000, 71_000),
  alerts: [alert(70_000, { threshold: 1 }), alert(100_000, { id: 'a2', threshold: 1 })],
  attempts: [
    attempt(70_000, 200, { error: first }),
    attempt(100_000, 200, { id: 'a2', alertId: 'a2', error: second, since: 'later' }),
  ],
})
const newKind = { ...burst(100_000), error: 'b' }
/** One alert for the kind `b`, which was met at this time too. */
const metAt = (atMs: number, given: Partial<RuleView> = {}): Partial<Journal> => ({
  ...asking(given),
  ...errors(atMs, 100_000),
  kinds: kind('b', atMs, 100_000),
  fleets: answers(atMs + 500, atMs + 1000, 101_000),
  alerts: [alert(100_500, { threshold: 1 })],
  attempts: [attempt(100_600, 200, { error: 'b' })],
})
/** The rule has groups, of which this many may begin an alert in a minute. */
const grouped = (maxAlertsPerMinute: number): Pick<Journal, 'adoptions'> => ({
  adoptions: [adoption({ rules: { shared: view({ maxAlertsPerMinute, sendResolved: false }) } })],
})
const ofGroup = (group: string, atMs: number, given: Partial<AlertSeen> = {}): AlertSeen =>
  alert(atMs, { id: group, group, ...given })
const groupErrors = (atMs: number, ...groups: string[]): Pick<Journal, 'errors'> => ({
  errors: new Map(groups.map((group) => [`shared|${group}`, [atMs, atMs, atMs]])),
})
const crossed = (group: string, atMs: number): Burst => ({ ...burst(atMs, atMs, atMs), group })
const sentOf = (group: string, atMs: number): Attempt => attempt(atMs, 200, { id: group, alertId: group, group })
const manyAt = (startMs: number, status: number, given: Partial<Attempt> = {}): Attempt =>
  attempt(startMs, status, { group: '(many)', groups: 2, count: 6, members: ['g1', 'g2'], ...given })
/** Two groups cross and join an alert whose first attempt comes ten seconds later. */
const joined = (given: Partial<Attempt>): Partial<Journal> => ({
  ...grouped(1),
  ...groupErrors(100_500, 'g1', 'g2'),
  bursts: [crossed('g1', 100_500), crossed('g2', 100_500)],
  alerts: [alert(100_000, { group: '(many)', fromMs: 99_000 })],
  attempts: [manyAt(110_000, 200, given)],
})
const three = burst(100_000, 100_050, 100_100)
const off = write(70_000, { off: ['shared'] })

export const cases: readonly Case[] = [
  { promise: 'nothing thrown', broken: { failures: ['Redis said: ERR'] }, kept: { 'nothing was': {} } },
  {
    promise: 'size of a batch',
    broken: { maxArguments: 40_001 },
    kept: { 'at the bound': { maxArguments: 40_000, maxBytes: 1_500_000 } },
  },
  { promise: 'size of a batch', broken: { maxBytes: 1_500_001 }, kept: {} },
  {
    promise: 'entries in memory',
    broken: { sizes: { backlog: 20_001 } },
    kept: { few: { sizes: { backlog: 20_000 } } },
  },
  {
    promise: 'calls a second',
    broken: { batchCalls: calls(300, 40) },
    kept: { 'as often as is right': { batchCalls: calls(300, 100) } },
  },
  {
    promise: 'count: none doubled',
    broken: { counted: 3, lives: [life({ observedTimes: [1, 2] })] },
    kept: { all: { counted: 2, lives: [life({ observedTimes: [1, 2] })] } },
  },
  {
    promise: 'count: none lost',
    broken: { counted: 1, lives: [life({ observedTimes: [1, 2] })] },
    kept: {
      dropped: { counted: 1, lives: [life({ observedTimes: [1, 2], dropped: 1 })] },
      'Redis forgot': { counted: 0, flushes: [5], lives: [life({ observedTimes: [1, 2] })] },
      'a killed process took it along': {
        counted: 1,
        lives: [life({ observedTimes: [1, 9000], end: 'killed', endMs: 9010, uncertainSinceMs: 9000 })],
      },
    },
  },
  {
    promise: 'no alert below the threshold',
    broken: { ...errors(1000, 12_000, 13_000), alerts: [alert(13_100)], attempts: [attempt(13_200, 200), end(75_000)] },
    kept: {
      'three in a window': { ...errors(4000, 12_000, 13_000), alerts: [alert(13_100)] },
      'it was raised while no answer came': { ...errors(1000, 2000, 3000), alerts: [alert(33_100, { fromMs: 2500 })] },
      'it crossed before its machine was suspended': {
        ...errors(1000, 1010, 1020),
        disturbances: [trouble('p0', 1500, 50_000, 'suspend')],
        alerts: [alert(50_100)],
      },
      'a group of many': { ...errors(1000), alerts: [alert(13_100, { group: '(many)' })] },
      'nobody knows of which group it is': {
        errors: new Map([['shared|g1', [12_000, 12_500, 13_000]]]),
        alerts: [alert(13_100)],
      },
    },
  },
  {
    promise: 'no alert below the share',
    broken: sharing(30, [alert(13_100)]),
    kept: {
      'the share was reached': sharing(27, [alert(13_100)]),
      'requests may not be known yet': { ...sharing(0, [alert(13_100)]), requests: at(12_500, 100) },
      'requests are older than the window': { ...sharing(0, [alert(13_100)]), requests: at(3000, 100) },
      'it was raised alone': sharing(30, [alert(13_100, { isDegraded: true })]),
      'Redis was away': { ...sharing(30, [alert(13_100)]), disturbances: [trouble('redis', 2000, 3000)] },
      'a process was killed': {
        ...sharing(30, [alert(13_100)]),
        lives: [life({}), life({ number: 1, endMs: 12_000, end: 'killed' })],
      },
    },
  },
  {
    promise: 'no burst missed',
    broken: {
      adoptions: [adoption({ rules: { shared: view({ percent: 10 }) } })],
      bursts: [three],
      requests: at(96_000, 27),
    },
    kept: {
      'its share was too low': {
        adoptions: [adoption({ rules: { shared: view({ percent: 10 }) } })],
        bursts: [three],
        requests: at(96_000, 28),
      },
    },
  },
  {
    promise: 'no burst missed',
    broken: { bursts: [three] },
    kept: {
      raised: {
        bursts: [three],
        alerts: [alert(100_200)],
        attempts: [attempt(100_210, 200), end(115_000)],
        ...errors(...three.times),
      },
      'a cooldown runs': { bursts: [three], attempts: [attempt(95_000, 200), end(115_000)] },
      'one waits for the same url': {
        bursts: [three],
        alerts: [alert(99_000)],
        attempts: [attempt(99_000, 503), attempt(101_500, 200), end(125_000)],
        ...errors(99_000, 99_000, 99_000),
      },
      'too few': { bursts: [burst(100_000, 100_050)] },
      'over more than the window': { bursts: [burst(100_000, 105_000, 110_000)] },
      'Redis is away': { bursts: [three], disturbances: [trouble('redis', 90_000, 101_000)] },
      'a process that is asleep has the alert': {
        bursts: [{ ...burst(99_000, 99_050), life: 1 }, three],
        lives: [life({}), life({ process: 'p1', number: 1 })],
        adoptions: [adoption({}), adoption({ life: 1 })],
        disturbances: [trouble('p1', 99_100, 130_000, 'suspend')],
      },
    },
  },
  {
    promise: 'no burst missed',
    // A process that is asleep and had logged nothing is no excuse.
    broken: {
      bursts: [three],
      lives: [life({}), life({ process: 'p1', number: 1 })],
      adoptions: [adoption({}), adoption({ life: 1 })],
      disturbances: [trouble('p1', 99_100, 130_000, 'suspend')],
    },
    kept: {},
  },
  {
    promise: 'no burst missed',
    // A wait for another url, a delivery before the clock stepped, and a suspension are no excuse.
    broken: {
      bursts: [three],
      attempts: [attempt(99_000, 503, { url: 'http://b.test/' })],
      disturbances: [trouble('p0', 90_000, 99_999, 'suspend')],
    },
    kept: {},
  },
  {
    promise: 'no burst missed',
    // A silence of another rule, or of another time, is no excuse.
    broken: { bursts: [three], silences: [silence(90_000, 110_000, { rule: 'other' }), silence(50_000, 100_050)] },
    kept: {
      'its rule is silenced': { bursts: [three], silences: [silence(90_000, 110_000)] },
      'all rules are silenced': { bursts: [three], silences: [silence(90_000, 110_000, { rule: undefined })] },
    },
  },
  {
    promise: 'no burst missed',
    // What others were told long before is no excuse for a group.
    broken: {
      ...grouped(1),
      ...groupErrors(70_000, 'g0', 'g2'),
      alerts: [alert(70_000, { group: '(many)' })],
      attempts: [manyAt(70_000, 200, { members: ['g0', 'g2'] })],
      bursts: [crossed('g1', 100_000)],
    },
    kept: {
      'the alert for many waits': {
        ...grouped(1),
        ...groupErrors(95_000, 'g0', 'g2'),
        alerts: [alert(95_000, { group: '(many)' })],
        attempts: [manyAt(95_000, 503), manyAt(105_000, 200)].map((one) => ({ ...one, members: ['g0', 'g2'] })),
        bursts: [crossed('g1', 100_000)],
      },
      'it is raised for it': {
        ...grouped(1),
        ...groupErrors(100_000, 'g1', 'g2'),
        alerts: [alert(100_500, { group: '(many)' })],
        attempts: [manyAt(100_500, 200)],
        bursts: [crossed('g1', 100_000)],
      },
    },
  },
  {
    promise: 'no burst missed',
    broken: { ...asking(), bursts: [newKind], kinds: kind('b', 100_000) },
    kept: {
      'it is not new': { ...asking(), bursts: [newKind], kinds: kind('b', 50_000, 100_000) },
      'it may still be learned': { ...asking({ learnMs: 10_000 }), bursts: [newKind], kinds: kind('b', 100_000) },
      'a cooldown runs': {
        ...asking(),
        bursts: [newKind],
        kinds: kind('b', 100_000),
        attempts: [attempt(95_000, 200)],
      },
    },
  },
  {
    promise: 'no burst missed',
    // What was met in a silence alone is new afterwards, and learning does not last for ever.
    broken: {
      ...asking(),
      bursts: [newKind],
      kinds: kind('b', 80_000, 100_000),
      silences: [silence(75_000, 90_000)],
    },
    kept: {},
  },
  {
    promise: 'no burst missed',
    broken: {
      ...asking({ learnMs: 10_000 }),
      bursts: [newKind],
      kinds: [...kind('a', 70_000), ...kind('b', 100_000)],
      fleets: answers(70_500, 71_000),
    },
    kept: {
      'nobody knows when learning began': {
        ...asking({ learnMs: 10_000 }),
        bursts: [newKind],
        kinds: [...kind('a', 70_000), ...kind('b', 100_000)],
      },
    },
  },
  {
    promise: 'silent while silenced',
    broken: { ...sent, attempts: [attempt(70_000, 200), end(85_000)], silences: [silence(60_000, 80_000)] },
    kept: {
      'it was raised before': {
        ...sent,
        alerts: [alert(70_000, { fromMs: 59_000 })],
        silences: [silence(60_000, 80_000)],
      },
      'the silence was over': { ...sent, silences: [silence(60_000, 69_900)] },
      'somebody had ended it': { ...sent, silences: [silence(60_000, 80_000, { endedMs: 65_000 })] },
      'the clock stepped over its end': {
        ...sent,
        silences: [silence(60_000, 80_000)],
        steps: [{ atMs: 65_000, byMs: 60_000 }],
      },
      'it is for a group': { ...sent, silences: [silence(60_000, 80_000, { group: 'g1' })] },
      'a process alone had not heard of it': {
        ...sent,
        alerts: [alert(70_000, { isDegraded: true })],
        silences: [silence(60_000, 80_000)],
      },
    },
  },
  {
    promise: 'silent while silenced',
    broken: {
      ...sent,
      alerts: [alert(70_000, { isDegraded: true })],
      attempts: [attempt(70_000, 200), end(85_000)],
      silences: [silence(60_000, 80_000)],
      fleets: answers(61_000, 62_000),
    },
    kept: {},
  },
  {
    promise: 'told after a silence',
    broken: {
      bursts: [burst(98_000, 98_050), burst(100_000)],
      silences: [silence(90_000, 99_000)],
    },
    kept: {
      'it was told': {
        bursts: [burst(98_000, 98_050), burst(100_000)],
        silences: [silence(90_000, 99_000)],
        ...errors(98_000, 98_050, 100_000),
        alerts: [alert(100_200)],
        attempts: [attempt(100_210, 200), end(115_000)],
      },
      'too few were left': { bursts: [burst(91_000, 98_050), burst(102_000)], silences: [silence(90_000, 99_000)] },
      'nothing came after it': { bursts: [burst(98_000, 98_050, 98_100)], silences: [silence(90_000, 99_000)] },
      'another silence goes on': {
        bursts: [burst(98_000, 98_050), burst(100_000)],
        silences: [silence(90_000, 99_000), silence(95_000, 120_000, { rule: undefined })],
      },
      'it was for another group': {
        bursts: [burst(98_000, 98_050), burst(100_000)],
        silences: [silence(90_000, 99_000, { group: 'g1' })],
      },
    },
  },
  {
    promise: 'nothing new twice',
    broken: { ...news('a', 'a'), fleets: [] },
    kept: {
      'another kind': news('a', 'b'),
      'Redis forgot': { ...news('a', 'a'), flushes: [80_000] },
    },
  },
  {
    promise: 'nothing known told',
    broken: metAt(60_000),
    kept: {
      'it was met in a silence': { ...metAt(60_000), silences: [silence(50_000, 62_000)] },
      'its process had no answer': { ...metAt(60_000), fleets: [] },
      'Redis forgot it': { ...metAt(60_000), flushes: [90_000] },
      'an alert was open then': {
        ...metAt(60_000),
        alerts: [alert(55_000, { id: 'a0' }), alert(100_500, { threshold: 1 })],
        attempts: [
          attempt(65_000, 200, { id: 'a0', alertId: 'a0', error: 'c' }),
          attempt(100_600, 200, { error: 'b', since: 'later' }),
        ],
      },
    },
  },
  {
    promise: 'nothing known told',
    // While it learns, a silence keeps nothing from being learned.
    broken: { ...metAt(60_000, { learnMs: 10_000 }), silences: [silence(50_000, 62_000)] },
    kept: {},
  },
  {
    promise: 'no alert for fewer new kinds',
    broken: {
      ...asking({ threshold: 2 }),
      ...errors(69_000, 69_100, 69_200),
      kinds: kind('a', 69_000, 69_100, 69_200),
      alerts: [alert(70_000, { threshold: 2 })],
      attempts: [attempt(70_000, 200, { error: 'a' })],
    },
    kept: {
      'there were two': {
        ...asking({ threshold: 2 }),
        ...errors(69_000, 69_100),
        kinds: [...kind('a', 69_000), ...kind('b', 69_100)],
        alerts: [alert(70_000, { threshold: 2 })],
        attempts: [attempt(70_000, 200, { error: 'b' })],
      },
    },
  },
  {
    promise: 'nothing new told alone',
    broken: {
      ...asking(),
      ...errors(69_000),
      kinds: kind('a', 69_000),
      alerts: [alert(70_000, { threshold: 1, isDegraded: true })],
      attempts: [attempt(70_000, 200, { error: 'a' })],
    },
    kept: { 'with the others': { ...news('a', 'b') } },
  },
  {
    promise: 'storms bounded',
    broken: {
      ...grouped(1),
      ...groupErrors(69_000, 'g1', 'g2'),
      alerts: [ofGroup('g1', 70_000), ofGroup('g2', 129_000)],
      attempts: [sentOf('g1', 70_000), sentOf('g2', 129_000)],
      errors: new Map([
        ['shared|g1', [69_000, 69_000, 69_000]],
        ['shared|g2', [128_000, 128_000, 128_000]],
      ]),
    },
    kept: {
      'a minute later': { ...grouped(1), alerts: [ofGroup('g1', 70_000), ofGroup('g2', 131_000)] },
      'so many may': { ...grouped(2), alerts: [ofGroup('g1', 70_000), ofGroup('g2', 71_000)] },
      'for another url': {
        ...grouped(1),
        alerts: [ofGroup('g1', 70_000), ofGroup('g2', 71_000, { url: 'http://b.test/' })],
      },
      'one was raised alone': {
        ...grouped(1),
        alerts: [ofGroup('g1', 70_000), ofGroup('g2', 71_000, { isDegraded: true })],
      },
      'many are one more': { ...grouped(1), alerts: [ofGroup('g1', 70_000), ofGroup('(many)', 71_000)] },
      'Redis forgot': { ...grouped(1), alerts: [ofGroup('g1', 70_000), ofGroup('g2', 71_000)], flushes: [70_500] },
    },
  },
  {
    promise: 'many tells of its groups',
    broken: joined({ groups: 1, count: 3, members: ['g1'] }),
    kept: {
      'all of them': joined({}),
      'one crossed just before': {
        ...joined({ groups: 1, count: 3, members: ['g1'] }),
        bursts: [crossed('g1', 100_500), crossed('g2', 109_000)],
      },
      'one was told by itself': {
        ...joined({ groups: 1, count: 3, members: ['g1'] }),
        alerts: [alert(100_000, { group: '(many)', fromMs: 99_000 }), ofGroup('g2', 100_600)],
        attempts: [manyAt(110_000, 200, { groups: 1, count: 3, members: ['g1'] }), sentOf('g2', 100_700)],
      },
    },
  },
  { promise: 'many tells of its groups', broken: joined({ groups: 3, count: 6 }), kept: {} },
  { promise: 'many tells of its groups', broken: joined({ count: 7 }), kept: {} },
  { promise: 'many tells of its groups', broken: joined({ members: ['g1', 'g3'] }), kept: {} },
  {
    promise: 'many tells of its groups',
    broken: { ...joined({}), attempts: [manyAt(110_000, 503), manyAt(112_500, 200, { count: 5 })] },
    kept: { 'the same again': { ...joined({}), attempts: [manyAt(110_000, 503), manyAt(112_500, 200)] } },
  },
  {
    promise: 'many tells of its groups',
    broken: {
      ...joined({}),
      alerts: [alert(100_000, { group: '(many)', fromMs: 99_000 }), ofGroup('g1', 114_000)],
      attempts: [manyAt(110_000, 200), sentOf('g1', 114_100)],
      errors: new Map([
        ['shared|g1', [100_500, 100_500, 100_500, 113_000, 113_000, 113_000]],
        ['shared|g2', [100_500, 100_500, 100_500]],
      ]),
    },
    kept: {
      'its cooldown was over': {
        ...joined({}),
        alerts: [alert(100_000, { group: '(many)', fromMs: 99_000 }), ofGroup('g1', 121_000)],
        attempts: [manyAt(110_000, 200), sentOf('g1', 121_100)],
      },
    },
  },
  {
    promise: 'ignored and told so',
    broken: { lives: [life({ ignorable: 3, ignored: 2 })] },
    kept: {
      all: { lives: [life({ ignorable: 3, ignored: 3 })] },
      'it was killed as it started': {
        lives: [life({ startMs: 9000, ignorable: 3, ignored: 2, end: 'killed', endMs: 9900 })],
      },
    },
  },
  { promise: 'ignored and told so', broken: { lives: [life({ ignorable: 0, ignored: 1 })] }, kept: {} },
  {
    promise: 'each alert delivered',
    broken: { ...errors(20_000, 20_000, 20_000), alerts: [alert(20_000)], attempts: [attempt(20_000, 503)] },
    kept: {
      'until it is delivered': {
        ...errors(20_000, 20_000, 20_000),
        alerts: [alert(20_000)],
        attempts: [attempt(20_000, 503), attempt(61_000, 200), end(75_000)],
      },
      'its receiver asks to wait': {
        ...errors(20_000, 20_000, 20_000),
        alerts: [alert(20_000)],
        attempts: [attempt(20_000, 503, { retryAfterMs: 3_600_000 })],
      },
      refused: { ...errors(20_000, 20_000, 20_000), alerts: [alert(20_000)], attempts: [attempt(20_000, 403)] },
      'given up': {
        ...errors(20_000, 20_000, 20_000),
        alerts: [alert(20_000)],
        warnings: [
          {
            life: 0,
            atMs: 30_000,
            code: 'DELIVERY_ABANDONED',
            message: 'logsiren: an alert of rule shared is given up',
          },
        ],
      },
      'nobody has its url': { ...errors(20_000, 20_000, 20_000), alerts: [alert(20_000, { url: 'http://b.test/' })] },
      'Redis forgot': { ...errors(20_000, 20_000, 20_000), alerts: [alert(20_000)], flushes: [30_000] },
      'the process was still to tell of one that it had raised alone': {
        ...errors(15_000, 15_000, 15_000),
        alerts: [alert(15_000, { id: 'a0', isDegraded: true }), alert(20_000)],
        attempts: [attempt(22_000, 200, { id: 'a0', alertId: 'a0' }), { ...end(40_000), alertId: 'a0' }],
      },
    },
  },
  {
    promise: 'delivered to its own url',
    broken: {
      ...errors(20_000, 20_000, 20_000),
      alerts: [alert(20_000)],
      attempts: [attempt(20_000, 200, { url: 'http://b.test/' })],
    },
    kept: {},
  },
  {
    promise: 'given up when its rule goes',
    broken: {
      ...errors(60_000, 60_000, 60_000),
      alerts: [alert(60_000)],
      writes: [off],
      adoptions: [
        adoption({}),
        adoption({ atMs: 71_000, isInitial: false, rules: { shared: view({ isEnabled: false }) } }),
      ],
    },
    kept: {},
  },
  {
    promise: 'delivered once',
    broken: { attempts: [attempt(20_000, 200), attempt(30_000, 200), end(75_000)] },
    kept: {
      'the answer was lost': {
        attempts: [attempt(20_000, 200, { isHeard: false }), attempt(30_000, 200), end(75_000)],
      },
      'Redis could not hear of it': {
        attempts: [attempt(20_000, 200), attempt(40_000, 200), end(75_000)],
        disturbances: [trouble('redis', 19_000, 29_000)],
      },
    },
  },
  {
    promise: 'one delivers at a time',
    broken: { attempts: [attempt(20_000, 200, { endMs: 22_000 }), attempt(21_000, 200), end(75_000)] },
    kept: {
      'a lease ended before its time': {
        attempts: [attempt(20_000, 200, { endMs: 22_000 }), attempt(21_000, 200), end(75_000)],
        steps: [{ atMs: 20_500, byMs: 9000 }],
      },
    },
  },
  {
    promise: 'a cooldown after a delivery',
    broken: {
      ...errors(26_000, 26_000, 26_000),
      alerts: [alert(26_000, { id: 'a2' })],
      attempts: [
        attempt(20_000, 200),
        attempt(26_000, 200, { id: 'a2', alertId: 'a2', notice: 2 }),
        { ...end(75_000), alertId: 'a2' },
      ],
    },
    kept: {
      'it is over': {
        ...errors(31_000, 31_000, 31_000),
        alerts: [alert(31_000, { id: 'a2' })],
        attempts: [
          attempt(20_000, 200),
          attempt(31_000, 200, { id: 'a2', alertId: 'a2', notice: 2 }),
          { ...end(75_000), alertId: 'a2' },
        ],
      },
      'raised before': {
        ...errors(19_000, 19_000, 19_000),
        alerts: [alert(26_000, { id: 'a2', fromMs: 19_000 })],
        attempts: [
          attempt(20_000, 200),
          attempt(26_000, 200, { id: 'a2', alertId: 'a2', notice: 2 }),
          { ...end(75_000), alertId: 'a2' },
        ],
      },
    },
  },
  {
    promise: 'an end for each alert',
    broken: { attempts: [attempt(70_000, 200)] },
    kept: {
      'it has one': { attempts: [attempt(70_000, 200), end(110_000)] },
      'errors go on': { ...errors(290_000), attempts: [attempt(70_000, 200)] },
      'another alert waits': {
        alerts: [alert(80_000, { id: 'a2' })],
        attempts: [attempt(70_000, 200), attempt(80_000, 410, { id: 'a2', alertId: 'a2' })],
      },
      'Redis forgot it before it was delivered': {
        ...errors(69_000, 69_000, 69_000),
        alerts: [alert(70_000)],
        attempts: [attempt(75_000, 200)],
        flushes: [72_000],
      },
      'nobody wants it': {
        attempts: [attempt(70_000, 200)],
        adoptions: [adoption({ rules: { shared: view({ sendResolved: false }) } })],
      },
    },
  },
  {
    promise: 'no end without its alert',
    broken: { attempts: [attempt(20_000, undefined), end(75_000)] },
    kept: {
      'delivered, though nobody heard the answer': {
        attempts: [attempt(20_000, 200, { isHeard: false }), end(75_000)],
      },
    },
  },
  {
    promise: 'an end for all alerts before it',
    broken: ended(503, 10_000),
    kept: {
      'it speaks for both': ended(503, 110_000),
      'the first had its own': ended(200, 10_000),
      'Redis lost its data': { ...ended(503, 10_000), flushes: [150_000] },
      'somebody tells no ends': {
        ...ended(503, 10_000),
        adoptions: [adoption({}), adoption({ rules: { shared: view({ sendResolved: false }) } })],
      },
    },
  },
  {
    promise: 'one name for the fleet',
    broken: { fleets: [named(1000, 'one'), named(2000, 'one'), named(3000, 'other')] },
    kept: {
      'all named it the same': { fleets: [named(1000, 'one'), named(2000, 'one')] },
      'Redis lost its data': { fleets: [named(1000, 'one'), named(3000, 'other')], flushes: [2000] },
    },
  },
  {
    promise: 'alerts numbered one by one',
    broken: numbered(1, 1),
    kept: {
      'they keep coming': numbered(1, 2),
      'much later': { ...numbered(1, 1), alerts: [alert(70_000), alert(100_000, { id: 'a2' })] },
      'it was told to be over': {
        ...numbered(1, 1),
        attempts: [...(numbered(1, 1).attempts ?? []), { ...end(76_000), id: 'e0', lastedMs: 5000 }],
      },
      'Redis lost its data': { ...numbered(1, 1), flushes: [75_000] },
      'one process alone': {
        ...numbered(1, 1),
        alerts: [alert(70_000), alert(82_000, { id: 'a2', isDegraded: true })],
      },
    },
  },
  {
    promise: 'alerts numbered one by one',
    broken: numbered(1, 3),
    kept: { 'the clock stepped': { ...numbered(1, 3), steps: [{ atMs: 75_000, byMs: -1000 }] } },
  },
  {
    promise: 'alerts numbered one by one',
    broken: { ...sent, attempts: [attempt(70_000, 503), attempt(73_000, 200, { notice: 2 }), end(90_000)] },
    kept: { 'it is the same': { ...sent, attempts: [attempt(70_000, 503), attempt(73_000, 200)] } },
  },
  {
    promise: 'config followed in time',
    broken: { writes: [write(100_000)] },
    kept: {
      followed: { writes: [write(100_000)], adoptions: [adoption({}), adoption({ atMs: 110_000, isInitial: false })] },
      'not valid': { writes: [write(100_000, { isValid: false })] },
      'no longer there': { writes: [write(100_000)], lives: [life({ end: 'killed', endMs: 105_000 })] },
    },
  },
  {
    promise: 'silent when off',
    broken: {
      writes: [off],
      adoptions: [adoption({}), adoption({ atMs: 71_000, isInitial: false })],
      attempts: [attempt(95_000, 503)],
    },
    kept: {
      'a last attempt': {
        writes: [off],
        adoptions: [adoption({}), adoption({ atMs: 71_000, isInitial: false })],
        attempts: [attempt(80_000, 200)],
      },
      'of a process that started under a document that is not valid': {
        writes: [off, write(80_000, { isValid: false })],
        lives: [life({ startMs: 85_000 })],
        adoptions: [adoption({ atMs: 85_000 }), adoption({ atMs: 85_100, isInitial: false })],
        attempts: [attempt(110_000, 200)],
      },
    },
  },
  {
    promise: 'a beat tells of each line',
    broken: beating(...steadily.filter((ms) => ms < 60_000 || ms > 120_000)),
    kept: {
      'in time': beating(...steadily),
      'after another process had died': beating(...steadily.filter((ms) => ms !== 65_000)),
      'its receiver was away': {
        ...beating(...steadily.filter((ms) => ms < 60_000 || ms > 120_000)),
        disturbances: [trouble(HEARTBEAT_URL, 60_000, 115_000)],
      },
      'Redis was away': {
        ...beating(...steadily.filter((ms) => ms < 60_000 || ms > 120_000)),
        disturbances: [trouble('redis', 60_000, 115_000)],
      },
      'nobody was left': {
        ...beating(...steadily.filter((ms) => ms < 60_000)),
        lives: [life({ readTimes: [60_000, 65_000], end: 'killed', endMs: 70_000 })],
      },
    },
  },
  {
    promise: 'one beat a period',
    broken: beating(...steadily, 70_000),
    kept: {
      'one at a time': beating(...steadily),
      'the first one failed': {
        ...beating(),
        beats: anewFrom(66_000).map((ms) => beat(ms, ms === 65_000 ? 503 : 200)),
      },
      'its answer was lost': {
        ...beating(),
        beats: anewFrom(76_000).map((ms) => beat(ms, 200, { isHeard: ms !== 65_000 })),
      },
      'Redis lost its data': { ...beating(...anewFrom(70_000)), flushes: [68_000] },
      'the clock stepped': { ...beating(...anewFrom(70_000)), steps: [{ atMs: 68_000, byMs: -60_000 }] },
      'the process could not settle': {
        ...beating(...anewFrom(76_000)),
        disturbances: [trouble('p0', 64_000, 70_000, 'line flaky')],
      },
    },
  },
  {
    promise: 'silent without lines',
    broken: beating(...steadily, 290_000),
    kept: { 'one more': beating(...steadily, 225_000) },
  },
  {
    promise: 'silent without Redis',
    broken: { ...beating(...steadily), disturbances: [trouble('redis', 60_000, 70_000)] },
    kept: {
      'its answer was on its way': { ...beating(...steadily), disturbances: [trouble('redis', 62_000, 70_000)] },
      'its process stood still': {
        ...beating(...steadily),
        disturbances: [trouble('redis', 60_000, 70_000), trouble('p0', 59_000, 64_900, 'stall')],
      },
      'back again': { ...beating(...steadily), disturbances: [trouble('redis', 60_000, 64_900)] },
    },
  },
]
