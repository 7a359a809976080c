import { resolve } from "node:path";

/** A message about a file without the file at its beginning, for a line that names it already. */
export function withoutPath(message: string, file: string): string {
  const prefix = [file, resolve(file)].map((path) => `${path}: `).find((each) => message.startsWith(each));
  return prefix === undefined ? message : message.slice(prefix.length);
}
