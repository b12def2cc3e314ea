// How one attempt ended, and what that means: a closed list, so that nothing has to be read out of messages.

export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number }
  /** Worth another try: the receiver or the way to it had trouble. */
  | { readonly kind: 'retry'; readonly reason: RetryReason; readonly status?: number }
  /** The same request will fail again until somebody changes the config. */
  | { readonly kind: 'rejected'; readonly reason: RejectReason; readonly status?: number }

export type RetryReason = 'network' | 'timeout' | 'rateLimited' | 'serverError'
export type RejectReason = 'redirect' | 'clientError' | 'certificate' | 'address' | 'request'

/** Says what a final status means; redirects are answers, never followed. */
export function outcomeOfStatus(status: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status }
  if (status === 429) return { kind: 'retry', reason: 'rateLimited', status }
  if (status === 408 || status === 425) return { kind: 'retry', reason: 'timeout', status }
  if (status >= 500) return { kind: 'retry', reason: 'serverError', status }
  return { kind: 'rejected', reason: status >= 300 && status < 400 ? 'redirect' : 'clientError', status }
}

/** Says what it means that no status came; by names and codes, since messages hold addresses. */
export function outcomeOfError(error: unknown): Outcome {
  const code = codeOf(error)
  if (code === 'ERR_LOGSIREN_ADDRESS') return { kind: 'rejected', reason: 'address' }
  if (/CERT|^ERR_TLS_|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)) return { kind: 'rejected', reason: 'certificate' }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'ERR_INVALID_URL') return { kind: 'rejected', reason: 'request' }
  return { kind: 'retry', reason: /TIMEOUT|TIMEDOUT/i.test(code) ? 'timeout' : 'network' }
}

/** The status or reason in words, for messages; never an address. */
export function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'delivered') return `status ${outcome.status}`
  return outcome.status === undefined ? outcome.reason : `${outcome.reason}, status ${outcome.status}`
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  // An abort's `code` is a number and says nothing; its name does.
  if ('name' in error && error.name === 'TimeoutError') return 'TIMEOUT'
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'cause' in error ? codeOf(error.cause) : ''
}
