import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { argumentMessage, checkText, joinPath, presentInstead } from "@tvb-storage/files/internal";

/** One part of ordinary characters, which needs no further check. */
const PLAIN = /^\w[\w.-]*$/;

/** How `where` and `datasetName` make a path: with a `/` between them, or as the Python original does. */
export type PathStyle = "joined" | "concatenated";

/**
 * The absolute path of a node. `where` (default `/`) and `datasetName` are joined
 * with `/`, or with `"concatenated"` written one after the other, as in the Python
 * original. Empty parts and `.` are dropped, as in HDF5, and `..` is an ordinary
 * name. An empty `datasetName` is the node `where` itself.
 *
 * @throws FileStructureException no text, or one that cannot be stored.
 */
export function nodePath(
  where: string | undefined,
  datasetName: string,
  style: PathStyle = "joined",
): string {
  if (typeof datasetName !== "string" || (where !== undefined && typeof where !== "string")) {
    const isName = typeof datasetName !== "string";
    const given: unknown = isName ? datasetName : where;
    // Data or metadata instead of a name: the arguments were swapped.
    const order =
      isName && typeof given === "object" && given !== null
        ? ". What is stored comes first, then the name: storeData(data, datasetName), setMetadata(metadata, datasetName)"
        : "";
    const what = isName ? "a dataset's name" : "where";
    throw new FileStructureException(
      argumentMessage(what, 'a text, as in "group/data"', quoted(given) + order),
    );
  }
  if (where === undefined && PLAIN.test(datasetName)) return `/${datasetName}`;
  const path = `/${where ?? ""}${style === "joined" || where === undefined ? "/" : ""}${datasetName}`;
  checkText(path, () => `the name ${quoted(path)}`);
  return `/${pathParts(path).join("/")}`;
}

/** The names on a path of nodes. */
export function pathParts(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Those of `paths` that are beneath `path`, at any depth. */
export function pathsBeneath(path: string, paths: Iterable<string>): string[] {
  const prefix = joinPath(path, "");
  return [...paths].filter((each) => each.startsWith(prefix) && each !== path);
}

/** Added to a message about a missing node: what exists instead. `paths` are those of all nodes, `/` included. */
export function presentAmong(path: string, paths: Iterable<string>): string {
  const all = [...paths];
  return presentInstead(path, (group) => {
    if (!all.includes(group)) return undefined;
    const start = joinPath(group, "").length;
    const names = pathsBeneath(group, all).map((beneath) => beneath.slice(start));
    return names.filter((name) => !name.includes("/"));
  });
}

/**
 * The path of a node that can be stored, read as data or removed: not the root.
 *
 * @throws FileStructureException as `nodePath`, and for the root.
 */
export function datasetPath(
  where: string | undefined,
  datasetName: string,
  style: PathStyle = "joined",
): string {
  const path = nodePath(where, datasetName, style);
  if (path === "/")
    throw new FileStructureException('a dataset needs a name, such as "data": the root is a group');
  return path;
}

/**
 * To be called with the name of each group and dataset that is created. Files of
 * other programs may have nodes called `..`, which most readers take for the parent.
 *
 * @throws FileStructureException the name is `..`.
 */
export function checkNewName(name: string): void {
  if (name === "..")
    throw new FileStructureException(
      'a node called ".." is not created: HDF5 takes it for a name, other programs for the parent; use the full path, such as "group/data"',
    );
}
