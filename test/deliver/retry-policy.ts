import t from 'tap'
import { formats } from '../../src/config/formats.js'
import type { Format } from '../../src/config/options.js'
import { type Outcome, outcomeOfAnswer, outcomeOfError, type RetryReason } from '../../src/deliver/outcome.js'
import { describeVerdict, type Failure, verdictOn } from '../../src/deliver/retry-policy.js'
import { MAX_NOTICE_AGE_MS } from '../../src/rule/alert-state.js'
import { fc } from '../fixtures/properties.js'

const half = (): number => 0.5
/** A first attempt, of a notice that was raised just now. */
const once = { format: 'json', tries: 1, leftMs: MAX_NOTICE_AGE_MS } as const

/** What an attempt that ended so leads to. */
function leadsTo(outcome: Outcome): string {
  return outcome.kind === 'delivered' ? 'delivered' : verdictOn(outcome, once, half).settlement.kind
}

t.test('every status leads somewhere: a table from 200 to 599', (t) => {
  const expected = (status: number): string => {
    if (status < 300) return 'delivered'
    return status >= 500 || [408, 425, 429].includes(status) ? 'postponed' : 'parked'
  }
  for (let status = 200; status < 600; status += 1)
    t.equal(leadsTo(outcomeOfAnswer({ status, retryAfterMs: undefined, text: '' })), expected(status), `${status}`)
  t.end()
})

t.test('and so does every way in which no status comes', (t) => {
  const coded = (code: string): Error => Object.assign(new Error('no answer'), { code })
  const trouble = [
    ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH'],
    ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_SOCKET'],
    ...['UND_ERR_HEADERS_OVERFLOW', 'HPE_INVALID_CONSTANT', 'EMFILE', 'what nobody has heard of'],
  ].map(coded)
  trouble.push(new DOMException('No answer', 'TimeoutError'), new Error('fetch failed', { cause: coded('ECONNRESET') }))
  for (const error of [...trouble, 'not even an error', undefined])
    t.equal(leadsTo(outcomeOfError(error)), 'postponed', String(error))
  const faults = [
    ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UND_ERR_INVALID_ARG'],
    ...['ERR_INVALID_URL', 'ERR_LOGSIREN_ADDRESS', 'ERR_LOGSIREN_PROXY'],
  ]
  for (const code of faults) t.equal(leadsTo(outcomeOfError(coded(code))), 'parked', code)
  t.end()
})

const trouble = { kind: 'retry', reason: 'serverError', status: 503 } as const
const refused = { kind: 'rejected', reason: 'clientError', status: 410 } as const
const unanswered = { kind: 'retry', reason: 'unanswered' } as const

/** The waits after the first attempts, all of which end so, in seconds. */
function waitsAfter(failure: Failure, format: Format, random = half): number[] {
  const waitAfter = (_: unknown, index: number): number =>
    verdictOn(failure, { format, tries: index + 1, leftMs: MAX_NOTICE_AGE_MS }, random).settlement.waitMs / 1000
  return Array.from({ length: 9 }, waitAfter)
}

t.test('waits longer with each failed attempt, then ten minutes each time', (t) => {
  for (const format of formats) {
    t.strictSame(waitsAfter(trouble, format), [2, 10, 30, 60, 120, 300, 600, 600, 600], format)
    t.equal(verdictOn(trouble, { format, tries: 10_000, leftMs: MAX_NOTICE_AGE_MS }, half).settlement.waitMs, 600_000)
  }
  t.end()
})

t.test('a chat that may have posted the message is left alone for five minutes, then for ten each time', (t) => {
  const eager = [2, 10, 30, 60, 120, 300, 600, 600, 600]
  const patient = [300, ...new Array<number>(8).fill(600)]
  const chats = ['slack', 'discord', 'teams', 'googlechat']
  for (const format of formats)
    t.strictSame(waitsAfter(unanswered, format), chats.includes(format) ? patient : eager, format)
  t.strictSame(waitsAfter({ kind: 'retry', reason: 'timeout' }, 'slack'), eager, 'what never arrived is tried soon')
  t.end()
})

t.test('varies each wait by a fifth, and never beyond ten minutes', (t) => {
  const [least, most] = [(): number => 0, (): number => 0.999_999_9]
  t.strictSame([waitsAfter(trouble, 'json', least)[1], waitsAfter(trouble, 'json', most)[1]], [8, 12])
  t.strictSame([waitsAfter(trouble, 'json', least)[8], waitsAfter(trouble, 'json', most)[8]], [480, 600])
  t.end()
})

t.test(
  'never tries before the receiver wants to, who may ask for an hour, nor later than ten minutes on its own',
  (t) => {
    const asking = (retryAfterMs: number, tries: number): number =>
      verdictOn({ ...trouble, retryAfterMs }, { format: 'json', tries, leftMs: MAX_NOTICE_AGE_MS }, half).settlement
        .waitMs
    t.strictSame([asking(5000, 1), asking(5000, 3), asking(1e12, 1)], [5000, 30_000, 3_600_000])
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const failure = fc
      .record({
        reason: fc.constantFrom<RetryReason>('dns', 'refused', 'timeout', 'unanswered', 'rateLimited', 'serverError'),
        retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
      })
      .map(
        ({ reason, retryAfterMs }): Failure => ({
          kind: 'retry',
          reason,
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        }),
      )
    fc.assert(
      fc.property(
        failure,
        fc.constantFrom(...formats),
        fc.integer({ min: 1, max: 100 }),
        random,
        (failure, format, tries, r) => {
          const { settlement, pauseMs } = verdictOn(failure, { format, tries, leftMs: MAX_NOTICE_AGE_MS }, () => r)
          const asked = failure.kind === 'retry' ? Math.min(failure.retryAfterMs ?? 0, 3_600_000) : 0
          const { waitMs } = settlement
          return (
            settlement.kind === 'postponed' &&
            waitMs >= (failure.reason === 'rateLimited' && failure.retryAfterMs !== undefined ? 1000 : 1600) &&
            waitMs >= asked &&
            waitMs <= Math.max(600_000, Math.min(asked + 4000, 3_600_000)) &&
            pauseMs <= waitMs
          )
        },
      ),
    )
    t.end()
  },
)

t.test('a receiver that takes one message in a time is asked about when it says, ten times', (t) => {
  const limited = (retryAfterMs: number): Failure => ({
    kind: 'retry',
    reason: 'rateLimited',
    status: 429,
    retryAfterMs,
  })
  const waits = (askedMs: number, isCrowded: boolean, random: number, tries = 10) => {
    const attempted = { format: 'slack', tries, isCrowded, leftMs: MAX_NOTICE_AGE_MS } as const
    const { settlement, pauseMs } = verdictOn(limited(askedMs), attempted, () => random)
    t.equal(pauseMs, settlement.waitMs, 'all others wait with it')
    return settlement.waitMs
  }
  t.strictSame(
    [0, 0.5, 1].map((random) => waits(1000, false, random)),
    [1000, 1100, 1200],
  )
  t.strictSame(
    [0, 0.5, 1].map((random) => waits(1000, true, random)),
    [1250, 1750, 2250],
    'a storm leaves gaps',
  )
  t.strictSame(
    [0, 1].map((random) => waits(60_000, true, random)),
    [60_500, 62_500],
  )
  t.strictSame([waits(1, false, 0), waits(1e9, true, 1)], [1000, 3_600_000])
  t.strictSame(
    [11, 12, 99].map((tries) => waits(1000, false, 0.5, tries)),
    [2000, 10_000, 600_000],
  )
  t.end()
})

t.test('what has trouble is tried again by the schedule, and others wait with it for half a minute at most', (t) => {
  for (const [tries, waitMs, pauseMs] of [
    [1, 2000, 2000],
    [3, 30_000, 30_000],
    [4, 60_000, 30_000],
    [50, 600_000, 30_000],
  ] as const) {
    const expected = { settlement: { kind: 'postponed', waitMs }, pauseMs }
    t.strictSame(verdictOn(trouble, { ...once, tries }, half), expected)
  }
  t.strictSame(verdictOn({ ...trouble, retryAfterMs: 90_000 }, once, half), {
    settlement: { kind: 'postponed', waitMs: 90_000 },
    pauseMs: 90_000,
  })
  t.end()
})

t.test('nothing waits beyond its day: about a hundred and fifty attempts fit into it', (t) => {
  let [leftMs, tries] = [MAX_NOTICE_AGE_MS, 0]
  while (leftMs > 0) {
    tries += 1
    const { settlement } = verdictOn(trouble, { ...once, tries, leftMs }, half)
    t.equal(settlement.kind, 'postponed')
    t.ok(settlement.waitMs > 0 && settlement.waitMs <= leftMs)
    leftMs -= settlement.waitMs
  }
  t.ok(tries > 140 && tries < 160, `${tries}`)
  t.match(verdictOn(refused, { ...once, leftMs: 1000 }, half), { settlement: { kind: 'parked', waitMs: 1000 } })
  t.end()
})

t.test('what is refused, 410 included, is parked for about half an hour, and holds up nothing', (t) => {
  for (const failure of [refused, { kind: 'rejected', reason: 'redirect', status: 302 } as const])
    for (const tries of [1, 9])
      t.strictSame(verdictOn(failure, { ...once, tries }, half), {
        settlement: { kind: 'parked', waitMs: 1_800_000 },
        pauseMs: 0,
      })
  t.match(
    verdictOn(refused, once, () => 0),
    { settlement: { waitMs: 1_440_000 } },
  )
  t.end()
})

t.test('each verdict has words of its own', (t) => {
  const wordsOf = (failure: Failure): string =>
    describeVerdict(verdictOn(failure, { ...once, format: 'slack' }, half), failure)
  t.match(wordsOf(refused), /kept.*config changes.*a day old/)
  t.equal(wordsOf({ ...trouble, retryAfterMs: 2500 }), 'it is tried again in 3 s')
  t.equal(wordsOf(unanswered), 'it may have arrived all the same, and is tried again in 5 min')
  t.end()
})
