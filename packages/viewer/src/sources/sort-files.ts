import { isZarrName, isZarrRoot, kindByName } from "./file-kind.js";

/** The files of a folder or an archive by what is done with them. */
export interface SortedFiles<T> {
  /** Zarr hierarchies by their paths, with their files by keys. */
  readonly hierarchies: ReadonlyMap<string, ReadonlyMap<string, T>>;
  /** HDF5 by their names, and documents. */
  readonly files: readonly T[];
  /** Those whose names do not tell what they are. */
  readonly unknown: readonly T[];
  /** Archives within it. */
  readonly archives: readonly T[];
  /** No data. */
  readonly others: readonly T[];
}

/** Sorts files by their paths. A folder that is a Zarr hierarchy is one thing, whatever is in it. */
export function sortFiles<T extends { readonly path: string }>(found: readonly T[]): SortedFiles<T> {
  const roots = zarrRoots(found.map(({ path }) => path));
  const hierarchies = new Map<string, Map<string, T>>();
  const [files, unknown, archives, others]: [T[], T[], T[], T[]] = [[], [], [], []];
  for (const file of found) {
    const root = rootOf(file.path, roots);
    if (root !== undefined) {
      const entries = hierarchies.get(root) ?? new Map<string, T>();
      hierarchies.set(root, entries.set(root === "" ? file.path : file.path.slice(root.length + 1), file));
      continue;
    }
    const lists = { data: files, document: files, unknown, archive: archives, other: others };
    lists[kindByName(file.path)].push(file);
  }
  return { hierarchies, files, unknown, archives, others };
}

/** Folders that are hierarchies by their names, or by what is in them. */
function zarrRoots(paths: readonly string[]): ReadonlySet<string> {
  const roots = new Set<string>();
  for (const path of paths) {
    const cut = path.lastIndexOf("/");
    if (isZarrRoot(path.slice(cut + 1))) roots.add(path.slice(0, Math.max(0, cut)));
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1))
      if (isZarrName(path.slice(path.lastIndexOf("/", end - 1) + 1, end))) roots.add(path.slice(0, end));
  }
  return roots;
}

/** The outermost root that a path is in. */
function rootOf(path: string, roots: ReadonlySet<string>): string | undefined {
  if (roots.has("")) return "";
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1))
    if (roots.has(path.slice(0, end))) return path.slice(0, end);
  return undefined;
}
