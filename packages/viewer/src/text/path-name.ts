/** The last name of a path. */
export function nameOfPath(path: string): string {
  return path.split("/").at(-1) ?? path;
}
