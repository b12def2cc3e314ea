// How one attempt ended and what follows: a closed list of reasons, so that nobody has to parse messages.
import type { Answer } from './http-client.js'

export type Outcome = (Delivered | Retry | Rejected) & {
  /**
   * The first line of what the answer's body says, on one line, at most 200 characters, without anything that is secret; or why the
   * client could not be loaded.
   */
  readonly answer?: string
}

interface Delivered {
  readonly kind: 'delivered'
  readonly status: number
}

/** Another attempt may succeed: the receiver or the way to it had trouble. */
interface Retry {
  readonly kind: 'retry'
  readonly reason: RetryReason
  readonly status?: number
  /** The shortest wait that the receiver asked for. */
  readonly retryAfterMs?: number
}

/** The receiver refuses the request, or the way to it is barred: an attempt fails until the config or the receiver changes. */
interface Rejected {
  readonly kind: 'rejected'
  readonly reason: RejectReason
  readonly status?: number
}

/** Whether the body of a 2xx answer says that the alert was accepted. */
export type Acceptance = (text: string) => boolean

export type RetryReason =
  /** No address of this name was found. */
  | 'dns'
  /** Nobody listens there. */
  | 'refused'
  /** What listens there does not speak TLS, or not as we do. */
  | 'tls'
  /** The proxy cannot be reached, or does not reach the destination. */
  | 'proxy'
  /** The request could not be sent in time; or the receiver says that it was too slow. */
  | 'timeout'
  /** The whole request was sent, and no answer came in time: the receiver may have done what it was asked for. */
  | 'unanswered'
  /** Another fault of the connection. */
  | 'network'
  /** What makes requests could not be loaded. */
  | 'notLoaded'
  | 'rateLimited'
  | 'serverError'
  | 'notAccepted'

export type RejectReason = 'redirect' | 'clientError' | 'certificate' | 'address' | 'proxy' | 'request' | 'noSecret'

/**
 * The outcome that an answer means. A redirect is an answer: it is never followed. Some receivers answer 2xx and say in the
 * body that they failed, so `isAccepted` judges the body of a 2xx, where it could be read.
 */
export function outcomeOfAnswer({ status, retryAfterMs, text }: Answer, isAccepted: Acceptance = always): Outcome {
  if (status >= 200 && status < 300)
    return text === undefined || isAccepted(text)
      ? { kind: 'delivered', status }
      : { kind: 'retry', reason: 'notAccepted', status }
  const reason = retryReason(status)
  if (reason !== undefined)
    return { kind: 'retry', reason, status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return { kind: 'rejected', reason: status >= 300 && status < 400 ? 'redirect' : 'clientError', status }
}

const always = (): boolean => true

function retryReason(status: number): RetryReason | undefined {
  if (status === 429) return 'rateLimited'
  if (status === 408 || status === 425) return 'timeout'
  return status >= 500 && status < 600 ? 'serverError' : undefined
}

/** The codes, mostly OpenSSL's, by which Node says what is wrong with a certificate. */
const CERTIFICATE = /CERT|^ERR_TLS_|^UNABLE_TO_|^INVALID_(CA|PURPOSE)$|^(PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)$/

/** What a code says about why no answer came; the first that fits counts. */
const codes: readonly (readonly [code: RegExp, outcome: Outcome])[] = [
  [/^ERR_LOGSIREN_UNANSWERED$/, { kind: 'retry', reason: 'unanswered' }],
  [/^ERR_LOGSIREN_NOT_LOADED$/, { kind: 'retry', reason: 'notLoaded' }],
  [/^ERR_LOGSIREN_ADDRESS$/, { kind: 'rejected', reason: 'address' }],
  [/^ERR_LOGSIREN_PROXY$/, { kind: 'rejected', reason: 'proxy' }],
  [/^ERR_LOGSIREN_PROXY_TROUBLE$/, { kind: 'retry', reason: 'proxy' }],
  [/TIMEOUT|TIMEDOUT/, { kind: 'retry', reason: 'timeout' }],
  [CERTIFICATE, { kind: 'rejected', reason: 'certificate' }],
  [/^UND_ERR_INVALID_ARG$|^ERR_INVALID_URL$/, { kind: 'rejected', reason: 'request' }],
  [/^ENOTFOUND$|^ENODATA$|^EAI_/, { kind: 'retry', reason: 'dns' }],
  [/^ECONNREFUSED$/, { kind: 'retry', reason: 'refused' }],
  [/^EPROTO$|^ERR_SSL_/, { kind: 'retry', reason: 'tls' }],
]

/**
 * The outcome where no answer came. It goes by names and codes only, since messages hold addresses. An unknown error is a
 * retry; so is an answer that cannot be parsed (`HPE_…`, headers that are too large), which a proxy on the way may have sent.
 */
export function outcomeOfError(error: unknown): Outcome {
  const code = codeOf(error)
  // A proxy whose certificate is not trusted stays so.
  const { cause } = Object(error) as { readonly cause?: unknown }
  if (code === 'ERR_LOGSIREN_PROXY_TROUBLE' && CERTIFICATE.test(codeOf(cause)))
    return { kind: 'rejected', reason: 'proxy' }
  return codes.find(([known]) => known.test(code))?.[1] ?? { kind: 'retry', reason: 'network' }
}

/** How an attempt ended in words, for messages: `clientError, status 403: invalid_token`. It names no address and no secret. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'delivered') return `status ${outcome.status}`
  const { reason, status, answer } = outcome
  return `${reason}${status === undefined ? '' : `, status ${status}`}${answer === undefined ? '' : `: ${answer}`}`
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  // The `code` of a DOMException is a number, which says nothing here; its name does.
  if ('name' in error && error.name === 'TimeoutError') return 'TIMEOUT'
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error ? codeOf(error.cause) : ''
}
