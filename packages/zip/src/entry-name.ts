import { FileStructureException } from "@tvb-storage/errors";
import { whyNotOnWindows } from "@tvb-storage/files/internal";

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Bytes of the longest path on Linux; an entry with a longer name cannot be unpacked anywhere, and only costs memory. */
const MAX_PATH_BYTES = 4096;

function problemOf(name: string, windows: boolean): string | undefined {
  if (name === "") return "it has no name";
  if (name.length > MAX_PATH_BYTES || Buffer.byteLength(name) > MAX_PATH_BYTES)
    return `its name has ${Buffer.byteLength(name)} bytes, more than the ${MAX_PATH_BYTES} of a path`;
  if (LONE_SURROGATE.test(name))
    return "its name has half of a surrogate pair or bytes that are not UTF-8, which a ZIP archive cannot hold; leave it out with `exclude`, or add it under another name with write";
  if (name.includes("\0")) return "its name has a NUL character";
  if (name.includes("\\"))
    return 'its name has a backslash, which separates folders on some systems, as reading with { backslashes: "separator" } does';
  if (name.startsWith("/")) return "its name is an absolute path";
  if (/^[A-Za-z]:/.test(name)) return "its name starts with a drive letter";
  const parts = name.split("/");
  if (parts.includes("..")) return "its name leads out of the folder (..)";
  if (windows && parts.some((part) => part !== "." && whyNotOnWindows(part) !== undefined))
    return "its name is not possible on Windows";
  return undefined;
}

/**
 * The parts of an entry's name, without empty and `.` ones; `what` names the
 * entry in the message. Escapes such as `%2e` have no meaning in a ZIP archive;
 * they are ordinary characters.
 *
 * @throws FileStructureException the name leads, or may lead, out of the folder.
 */
export function entryPath(name: string, what: string, windows = process.platform === "win32"): string[] {
  const problem = problemOf(name, windows);
  if (problem !== undefined) throw new FileStructureException(`${what} is refused: ${problem}`);
  return name.split("/").filter((part) => part !== "" && part !== ".");
}

/** Files that only macOS's Finder uses. */
export function isFinderLitter(parts: readonly string[]): boolean {
  return parts[0] === "__MACOSX" || parts.at(-1) === ".DS_Store";
}
