import { FileStructureException } from "@tvb-storage/errors";
import { optionRules, quoted } from "@tvb-storage/files";
import { checkArgument, whyNotOnWindows } from "@tvb-storage/files/internal";

/** The limit of ext4, APFS and NTFS (there in UTF-16 units, which are never more than bytes). */
const MAX_BYTES = 255;

const TEXT = { ...optionRules.text, expected: "a string" };
const SEPARATOR = /[/\\]/;
const CONTROL = /\p{Cc}/u;

/** Why `name` cannot be the name of a file or folder on every disk; undefined where it can. */
function problemOf(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name === "." || name === "..") return "it would leave its folder";
  if (SEPARATOR.test(name)) return "it has a path separator; give one name, not a path";
  const control = CONTROL.exec(name);
  if (control !== null) return `it has a control character at position ${control.index}`;
  const onWindows = whyNotOnWindows(name);
  if (onWindows !== undefined) return onWindows;
  if (/\p{Surrogate}/u.test(name))
    return "it has half of a surrogate pair, or bytes that are not UTF-8, which not every disk can store";
  if (name.normalize("NFC") !== name)
    return 'its letters are not composed, which macOS takes for another spelling of the same; use name.normalize("NFC")';
  const bytes = new TextEncoder().encode(name).length;
  return bytes > MAX_BYTES ? `it has ${bytes} bytes, more than the ${MAX_BYTES} of a file's name` : undefined;
}

/**
 * `name` where it can be the name of a file or folder on the disks of Linux,
 * macOS and Windows, so that a project can be moved between them. Every name
 * that becomes part of a path is checked here.
 *
 * @throws FileStructureException it cannot; `what` says what it is the name of.
 */
export function checkName(name: string, what: string): string {
  checkArgument(name, `the ${what}`, TEXT);
  const problem = problemOf(name);
  if (problem === undefined) return name;
  throw new FileStructureException(`${quoted(name)} cannot be the ${what}: ${problem}`);
}

/**
 * The folder name of an operation: its number, or a text that is a valid name.
 *
 * @throws FileStructureException it is neither.
 */
export function operationFolderName(id: string | number): string {
  if (typeof id !== "number") return checkName(id, "operation id");
  checkArgument(id, "the operation id", optionRules.wholeFrom0);
  return String(id);
}
