// The files that appear beside a data file while it is being written; both names belong to this package.

/** The lock of the writer and the journal of its commit, in one file. */
export function journalPathOf(path: string): string {
  return `${path}.journal`;
}

/** A new file before its first commit. */
export function partialPathOf(path: string): string {
  return `${path}.partial`;
}
