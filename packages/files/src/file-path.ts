import { currentFolder, isWindows } from "#platform";

/**
 * An absolute path with `/` separators and without `.`, `..`, doubled or
 * trailing separators. This uses text only, no file system. A relative path is
 * taken from the current folder.
 */
export function normalizePath(path: string): string {
  // On other systems a backslash is an ordinary character of a name.
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

/** Where the name begins: after the last separator. */
function nameStart(path: string): number {
  return Math.max(path.lastIndexOf("/"), isWindows ? path.lastIndexOf("\\") : -1) + 1;
}

/** The folder that a path is in: `/` for `/a` and for `/` itself, `.` for a name alone. */
export function parentOf(path: string): string {
  const start = nameStart(path);
  const folder = path.slice(0, Math.max(start - 1, 0));
  if (start === 0) return ".";
  // The root keeps its separator: without it, `C:` would be the current folder of that drive.
  const isRoot = folder === "" || (isWindows && /^[A-Za-z]:$/.test(folder));
  return isRoot ? path.slice(0, start) : folder;
}

/** The last part of a path; empty for a root. */
export function baseName(path: string): string {
  return path.slice(nameStart(path));
}

/** The path of an entry of a folder. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** Whether `path` is `folder` or beneath it, both as `normalizePath` gives them. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(joinPath(folder, ""));
}
