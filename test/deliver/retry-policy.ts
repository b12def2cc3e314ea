import t from 'tap'
import { type Outcome, outcomeOfAnswer, outcomeOfError } from '../../src/deliver/outcome.js'
import { describeSettlement, verdictOn } from '../../src/deliver/retry-policy.js'
import { MAX_NEWS_AGE_MS } from '../../src/rule/alert-state.js'

const half = (): number => 0.5

/** What an attempt that ended so leads to. */
function leadsTo(outcome: Outcome): string {
  return outcome.kind === 'delivered' ? 'delivered' : verdictOn(outcome, 1, MAX_NEWS_AGE_MS, half).settlement.kind
}

t.test('every status leads somewhere: a table from 200 to 599', (t) => {
  const expected = (status: number): string => {
    if (status < 300) return 'delivered'
    if (status === 410) return 'gone'
    return status >= 500 || [408, 425, 429].includes(status) ? 'postponed' : 'parked'
  }
  for (let status = 200; status < 600; status += 1)
    t.equal(leadsTo(outcomeOfAnswer({ status, retryAfterMs: undefined })), expected(status), `${status}`)
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

t.test('what has trouble is tried again by the schedule, and others wait with it for half a minute at most', (t) => {
  for (const [tries, waitMs, pauseMs] of [
    [1, 2000, 2000],
    [3, 30_000, 30_000],
    [4, 60_000, 30_000],
    [50, 3_600_000, 30_000],
  ] as const) {
    const expected = { settlement: { kind: 'postponed', waitMs, wasTried: true }, pauseMs }
    t.strictSame(verdictOn(trouble, tries, MAX_NEWS_AGE_MS, half), expected)
  }
  t.match(verdictOn({ ...trouble, retryAfterMs: 90_000 }, 1, MAX_NEWS_AGE_MS, half), {
    settlement: { waitMs: 90_000 },
    pauseMs: 90_000,
  })
  t.end()
})

t.test('nothing waits beyond its day: about forty attempts fit into it', (t) => {
  let [leftMs, tries] = [MAX_NEWS_AGE_MS, 0]
  while (leftMs > 0) {
    tries += 1
    const { settlement } = verdictOn(trouble, tries, leftMs, half)
    if (settlement.kind !== 'postponed') throw new Error('it is tried again')
    t.ok(settlement.waitMs > 0 && settlement.waitMs <= leftMs)
    leftMs -= settlement.waitMs
  }
  t.ok(tries > 25 && tries < 45, `${tries}`)
  t.match(verdictOn({ kind: 'rejected', reason: 'clientError', status: 404 }, 1, 1000, half), {
    settlement: { kind: 'parked', waitMs: 1000 },
  })
  t.end()
})

t.test('what is refused is parked, what is gone waits for another config, and neither holds up others', (t) => {
  t.strictSame(verdictOn({ kind: 'rejected', reason: 'redirect', status: 302 }, 1, MAX_NEWS_AGE_MS, half), {
    settlement: { kind: 'parked', waitMs: 1_800_000 },
    pauseMs: 0,
  })
  t.strictSame(verdictOn({ kind: 'gone', status: 410 }, 1, MAX_NEWS_AGE_MS, half), {
    settlement: { kind: 'gone' },
    pauseMs: 0,
  })
  t.end()
})

t.test('each settlement has words of its own', (t) => {
  const texts = (['delivered', 'gone', 'abandoned'] as const).map((kind) => describeSettlement({ kind }))
  texts.push(describeSettlement({ kind: 'parked', waitMs: 1 }))
  texts.push(describeSettlement({ kind: 'postponed', waitMs: 1500, wasTried: true }))
  t.match(texts.at(-1), /in 2 s/)
  t.equal(new Set(texts).size, 4)
  t.end()
})
