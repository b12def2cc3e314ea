// Why Redis did not do what it was asked, in words that a person can act on.

/** What ioredis and Redis say, by what identifies it; the code stays in the text, so that it can be searched for. */
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

/** The reason in words. It may name the server's host and port, never a password or a URL. */
export function reasonOf(error: unknown): string {
  const text = textOf(error)
  const known = words.find(([pattern]) => pattern.test(text))
  if (known !== undefined) return known[1]
  return withoutQuotations(text)
}

/** Redis quotes what it does not know: the argument of an unknown AUTH is the password, that of a script may be the config. */
function withoutQuotations(text: string): string {
  return text.replace(/,? ?with args beginning with:[\s\S]*/, '').replace(/\b[a-z]+:\/\/\S+/g, '…')
}

/** Where a name has several addresses Node's error has no text of its own; a cluster's hides what its nodes said. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('lastNodeError' in error && error.lastNodeError !== undefined) return textOf(error.lastNodeError)
  if (error.message !== '') return error.message
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : []
  return first === undefined ? 'unknown' : textOf(first)
}

/** What a caller gets: the reason, and as its cause ioredis's error without the arguments, among which secrets may be. */
export function reasonError(error: unknown): Error {
  const reason = reasonOf(error)
  return isCleaned(error, new Set()) ? new Error(reason, { cause: error }) : new Error(reason)
}

/** Takes out of an error, and of those that it holds, what was sent; false where one does not let it. */
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
