/** What is said of a failure: our exceptions and the browser's have a message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
