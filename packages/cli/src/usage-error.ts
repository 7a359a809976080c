/** A command line that cannot be meant; the message says what is wrong with it, and the way to the help is added. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
