/** Arguments that make no sense: another exit code than a command that failed. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
