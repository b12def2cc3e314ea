// Why Redis did not do what it was asked, in words that a person can act on.

/** What errors of ioredis and Redis mean, by their texts. Redis's code stays in the reason, so that one can search for it. */
const words: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^Stream isn't writeable|^Cluster isn't ready/, 'not connected'],
  [/^Command timed out/, 'no answer in time'],
  [/^Connection is closed|^Reached the max retries|^Command aborted/, 'the connection was lost'],
  [/^All sentinels are unreachable/, 'no Sentinel answers'],
  [/^Unknown RESP type|Please report this/, 'what listens there does not speak the protocol of Redis'],
  [/wrong version number|packet length too long/, 'what listens there does not speak TLS'],
  [/\bNOAUTH\b|: unauthenticated /, 'a password is required (NOAUTH)'],
  [/\bWRONGPASS\b|invalid password/, 'the user name or the password is wrong (WRONGPASS)'],
  [/wrong number of arguments for 'auth'/, 'this server takes a password only, without a user name'],
  [/\b(?:MOVED|CROSSSLOT)\b/, 'it is a node of a Redis Cluster (MOVED): connect as a Cluster, `{ cluster: [nodes…] }`'],
  [/\bREADONLY\b/, 'it is a read-only replica (READONLY)'],
  [
    /\bWRONGTYPE\b/,
    'a key of this package holds what somebody else has put there (WRONGTYPE): choose another `configKey`',
  ],
  [/DB index is out of range|invalid DB index/, 'there is no database of that number (DB index is out of range)'],
  [/executing the script can't/, 'NOPERM: the user lacks a command or a key that the script needs'],
]

/** The reason where a server takes a connection and leaves TLS unanswered, as a Redis does that does not speak it. */
export const NO_HANDSHAKE = 'no answer to the TLS handshake: what listens there does not speak TLS, or it hangs'

/** The reason in words. It may name the server's host and port, never a password or a URL. */
export function reasonOf(error: unknown): string {
  const text = textOf(error)
  const known = words.find(([pattern]) => pattern.test(text))
  if (known !== undefined) return known[1]
  return withoutQuotations(text)
}

/** Removes what Redis quotes of a command that it does not know: with AUTH that is the password, with EVAL it may be the config. */
function withoutQuotations(text: string): string {
  return text.replace(/,? ?with args beginning with:[\s\S]*/, '').replace(/\b[a-z]+:\/\/\S+/g, '…')
}

/** The text that says most. Node's error has none of its own where a name has several addresses, and a cluster's hides its nodes'. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('lastNodeError' in error && error.lastNodeError !== undefined) return textOf(error.lastNodeError)
  if (error.message !== '') return error.message
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : []
  return first === undefined ? 'unknown' : textOf(first)
}

/** The error that a caller gets: the reason in words, caused by ioredis's error without the command's arguments, which may be secrets. */
export function reasonError(error: unknown): Error {
  const reason = reasonOf(error)
  return isCleaned(error, new Set()) ? new Error(reason, { cause: error }) : new Error(reason)
}

/** Removes a command's arguments from an error and from all errors that it holds; false where one of them cannot be changed. */
function isCleaned(error: unknown, seen: Set<unknown>): boolean {
  if (!(error instanceof Error) || seen.has(error)) return true
  seen.add(error)
  try {
    const { message, stack = '' } = error
    const clean = withoutQuotations(message)
    if (clean !== message) {
      error.stack = stack.replace(message, () => clean)
      error.message = clean
    }
    if ('command' in error) delete error.command
  } catch {
    return false
  }
  const { cause, lastNodeError, errors } = error as { cause?: unknown; lastNodeError?: unknown; errors?: unknown }
  return [cause, lastNodeError, errors].flat().every((inner) => isCleaned(inner, seen))
}
