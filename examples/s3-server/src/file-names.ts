// Names of files for keys of any characters. Common names stay as they are: `x/c/0/1`, `.zarray`.

/** Bytes of one name; file systems allow 255. */
const MAX_NAME = 200;
const EMPTY = "%_";
/** The name goes on beneath it. */
const CONTINUES = "%-";
/** Marks a name whose plain form is taken: an object `a` beside the folder of `a/b`, or the other way about. */
const BESIDE = "%+";

/** The names of the folders and the file of a key. None of them is `..`. */
export function fileOfKey(key: string): string[] {
  return key.split("/").flatMap((part) => {
    const name = encodeName(part);
    if (name.length <= MAX_NAME) return [name === "" ? EMPTY : name];
    const pieces = name.replaceAll(".", "%2E").match(new RegExp(`.{1,${MAX_NAME}}`, "g")) ?? [];
    return pieces.map((piece, i) => (i < pieces.length - 1 ? piece + CONTINUES : piece));
  });
}

/** The other name that a file or folder may have. */
export function nameBeside(name: string): string {
  return name + BESIDE;
}

/** The key of a file, by its names. */
export function keyOfFile(names: readonly string[]): string {
  const plain = names.map((name) => (name.endsWith(BESIDE) ? name.slice(0, -BESIDE.length) : name));
  const joined = plain.map((name) =>
    name.endsWith(CONTINUES) ? name.slice(0, -CONTINUES.length) : `${name}/`,
  );
  const key = joined.join("").slice(0, -1);
  return key
    .split("/")
    .map((name) => (name === EMPTY ? "" : decodeURIComponent(name)))
    .join("/");
}

function encodeName(part: string): string {
  const isDots = /^\.+$/.test(part);
  return encodeURIComponent(part)
    .replace(/[!'()*~]/g, hex)
    .replace(isDots ? /\./g : /\.$/, hex);
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
