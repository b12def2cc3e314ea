// What tells bad usage from a command that failed.
import { ConfigError } from '../errors.js'

/** Arguments that make no sense: another exit code than a command that failed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** For flags that are found to make no sense only where they are used; other errors stay what they are. */
export function asUsage(error: unknown): unknown {
  return error instanceof ConfigError ? new UsageError(error.message.replace(/^logsiren: /, '')) : error
}
