/** Code points without a letter of two cases in another script need no more than this. */
const ASCII = /^[\0-\x7f]*$/;

/**
 * Equal for names that some disk takes for one: those that differ in case, as
 * on Windows and macOS, or in how accents are composed, as on macOS.
 *
 * Letters are compared as those disks do it, each with its one lower case
 * letter. The foldings that languages know (`ß` as `ss`, the two small sigmas,
 * the `i` without a dot) make no two names equal there, nor here.
 */
export function foldCase(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  let folded = "";
  // One by one: in a word the lower case of a sigma depends on its neighbours.
  for (const letter of name.normalize("NFC")) {
    const lower = letter.toLowerCase();
    folded += lower.length === letter.length ? lower : letter;
  }
  return folded;
}
