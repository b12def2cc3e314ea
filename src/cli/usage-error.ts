/** Arguments that make no sense: another exit code than a command that failed. */
<<<<<<< HEAD
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
=======
export class UsageError extends Error {}
>>>>>>> f7a4bb4d954b0b139429eb85520e66e0a8090975
