// The error that tells wrong usage of a command from a failure of it.
import { ConfigError } from '../errors.js'

/** The arguments of a command make no sense. The exit code is 2, and not 1 as for a command that failed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Makes a UsageError of a ConfigError, for values of flags that are checked only where they are used. Other errors stay as they are. */
export function asUsage(error: unknown): unknown {
  return error instanceof ConfigError ? new UsageError(error.message.replace(/^logsiren: /, '')) : error
}
