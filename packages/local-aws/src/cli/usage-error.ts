/** The command line is not valid: nothing was done, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
