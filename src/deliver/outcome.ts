// How one attempt ended and what follows: a closed list of reasons, so that nobody has to parse messages.
import type { Answer } from './http-client.js'

export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number }
  /** Another attempt may succeed: the receiver or the way to it had trouble. */
  | {
      readonly kind: 'retry'
      readonly reason: RetryReason
      readonly status?: number
      /** The shortest wait that the receiver asked for. */
      readonly retryAfterMs?: number
    }
  /** The receiver refuses the request, or the way to it is barred: an attempt fails until the config or the receiver changes. */
  | { readonly kind: 'rejected'; readonly reason: RejectReason; readonly status?: number }

/** Whether the body of a 2xx answer says that the alert was accepted. */
export type Acceptance = (text: string) => boolean

export type RetryReason = 'network' | 'timeout' | 'rateLimited' | 'serverError' | 'notAccepted'
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

/**
 * The outcome where no answer came. It goes by names and codes only, since messages hold addresses. An unknown error is a
 * retry; so is an answer that cannot be parsed (`HPE_…`, headers that are too large), which a proxy on the way may have sent.
 */
export function outcomeOfError(error: unknown): Outcome {
  const code = codeOf(error)
  if (/TIMEOUT|TIMEDOUT/.test(code)) return { kind: 'retry', reason: 'timeout' }
  if (code === 'ERR_LOGSIREN_ADDRESS') return { kind: 'rejected', reason: 'address' }
  if (code === 'ERR_LOGSIREN_PROXY') return { kind: 'rejected', reason: 'proxy' }
  if (CERTIFICATE.test(code)) return { kind: 'rejected', reason: 'certificate' }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'ERR_INVALID_URL') return { kind: 'rejected', reason: 'request' }
  return { kind: 'retry', reason: 'network' }
}

/** The status or reason in words, for messages; never an address. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'delivered') return `status ${outcome.status}`
  return outcome.status === undefined ? outcome.reason : `${outcome.reason}, status ${outcome.status}`
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  // The `code` of a DOMException is a number, which says nothing here; its name does.
  if ('name' in error && error.name === 'TimeoutError') return 'TIMEOUT'
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error ? codeOf(error.cause) : ''
}
