import t from 'tap'
import { type Outcome, outcomeOfAnswer, outcomeOfError } from '../../src/deliver/outcome.js'
import { describeVerdict, verdictOn, waitAfterMs } from '../../src/deliver/retry-policy.js'
import { MAX_NOTICE_AGE_MS } from '../../src/rule/alert-state.js'
import { fc } from '../fixtures/properties.js'

const half = (): number => 0.5

/** What an attempt that ended so leads to. */
function leadsTo(outcome: Outcome): string {
  return outcome.kind === 'delivered' ? 'delivered' : verdictOn(outcome, 1, MAX_NOTICE_AGE_MS, half).settlement.kind
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

t.test('waits longer with each failed attempt, then ten minutes each time', (t) => {
  const seconds = Array.from({ length: 9 }, (_, i) => waitAfterMs(i + 1, undefined, half) / 1000)
  t.strictSame(seconds, [2, 10, 30, 60, 120, 300, 600, 600, 600])
  t.equal(waitAfterMs(10_000, undefined, half), 600_000)
  t.end()
})

t.test('varies each wait by a fifth, and never beyond ten minutes', (t) => {
  const [least, most] = [(): number => 0, (): number => 0.999_999_9]
  t.strictSame([waitAfterMs(2, undefined, least), waitAfterMs(2, undefined, most)], [8_000, 12_000])
  t.strictSame([waitAfterMs(9, undefined, least), waitAfterMs(9, undefined, most)], [480_000, 600_000])
  t.end()
})

t.test('never tries before the receiver wants to, who may ask for an hour', (t) => {
  t.equal(waitAfterMs(1, 5_000, half), 5_000)
  t.equal(waitAfterMs(3, 5_000, half), 30_000)
  t.equal(waitAfterMs(1, 1e12, half), 3_600_000)
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.option(fc.nat(), { nil: undefined }), random, (n, asked, r) => {
      const waitMs = waitAfterMs(n, asked, () => r)
      const least = Math.min(asked ?? 0, 3_600_000)
      return waitMs >= 1600 && waitMs >= least && waitMs <= Math.max(600_000, least)
    }),
  )
  t.end()
})

const trouble = { kind: 'retry', reason: 'serverError', status: 503 } as const
const refused = { kind: 'rejected', reason: 'clientError', status: 410 } as const

t.test('what has trouble is tried again by the schedule, and others wait with it for half a minute at most', (t) => {
  for (const [tries, waitMs, pauseMs] of [
    [1, 2000, 2000],
    [3, 30_000, 30_000],
    [4, 60_000, 30_000],
    [50, 600_000, 30_000],
  ] as const) {
    const expected = { settlement: { kind: 'postponed', waitMs }, pauseMs }
    t.strictSame(verdictOn(trouble, tries, MAX_NOTICE_AGE_MS, half), expected)
  }
  t.strictSame(verdictOn({ ...trouble, retryAfterMs: 90_000 }, 1, MAX_NOTICE_AGE_MS, half), {
    settlement: { kind: 'postponed', waitMs: 90_000 },
    pauseMs: 90_000,
  })
  t.end()
})

t.test('nothing waits beyond its day: about a hundred and fifty attempts fit into it', (t) => {
  let [leftMs, tries] = [MAX_NOTICE_AGE_MS, 0]
  while (leftMs > 0) {
    tries += 1
    const { settlement } = verdictOn(trouble, tries, leftMs, half)
    t.equal(settlement.kind, 'postponed')
    t.ok(settlement.waitMs > 0 && settlement.waitMs <= leftMs)
    leftMs -= settlement.waitMs
  }
  t.ok(tries > 140 && tries < 160, `${tries}`)
  t.match(verdictOn(refused, 1, 1000, half), { settlement: { kind: 'parked', waitMs: 1000 } })
  t.end()
})

t.test('what is refused, 410 included, is parked for about half an hour, and holds up nothing', (t) => {
  for (const failure of [refused, { kind: 'rejected', reason: 'redirect', status: 302 } as const])
    for (const tries of [1, 9])
      t.strictSame(verdictOn(failure, tries, MAX_NOTICE_AGE_MS, half), {
        settlement: { kind: 'parked', waitMs: 1_800_000 },
        pauseMs: 0,
      })
  t.match(
    verdictOn(refused, 1, MAX_NOTICE_AGE_MS, () => 0),
    { settlement: { waitMs: 1_440_000 } },
  )
  t.end()
})

t.test('each verdict has words of its own', (t) => {
  t.match(describeVerdict(verdictOn(refused, 1, MAX_NOTICE_AGE_MS, half)), /kept.*config changes.*a day old/)
  t.match(describeVerdict(verdictOn({ ...trouble, retryAfterMs: 2500 }, 1, MAX_NOTICE_AGE_MS, half)), /in 3 s/)
  t.end()
})
