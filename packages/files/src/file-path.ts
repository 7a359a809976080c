import { currentFolder, isWindows } from "#platform";

/**
 * An absolute path with `/` separators and without `.`, `..`, doubled or
 * trailing separators, as text: no file system is asked. A relative path is
 * taken from the current folder.
 */
export function normalizePath(path: string): string {
  // Elsewhere a backslash is an ordinary character of a file's name.
  const text = isWindows ? path.replaceAll("\\", "/") : path;
  const rooted = text.startsWith("/") || (isWindows && /^[A-Za-z]:/.test(text));
  const absolute = rooted ? text : `${currentFolder()}/${text}`;
  const drive = isWindows ? (/^[A-Za-z]:/.exec(absolute)?.[0] ?? "") : "";
  const parts: string[] = [];
  for (const part of absolute.slice(drive.length).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `${drive}/${parts.join("/")}`;
}
