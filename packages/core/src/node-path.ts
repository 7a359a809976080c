import { FileStructureException } from "@tvb-storage/errors";
import { checkText } from "./text.js";

/** One part of ordinary characters, of which there is nothing to find out. */
const PLAIN = /^\w[\w.-]*$/;

function checkParts(path: string, where: string | undefined, datasetName: string): void {
  if (PLAIN.test(path)) return;
  const given = JSON.stringify(where === undefined ? datasetName : `${where} + ${datasetName}`);
  checkText(path, `the name ${given}`);
  for (const part of path.split("/")) {
    if (part === "" || part === "." || part === "..") {
      const what = part === "" ? "an empty part" : `the part "${part}"`;
      throw new FileStructureException(`the name ${given} has ${what}; name a node like "group/data"`);
    }
  }
}

/**
 * The absolute path of a node: `where` and `datasetName` joined with `/`. An
 * empty `datasetName` is the node `where` itself.
 *
 * @throws FileStructureException empty parts, `.`, `..`, NUL, or no text.
 */
export function nodePath(where: string | undefined, datasetName: string): string {
  if (typeof datasetName !== "string" || (where !== undefined && typeof where !== "string")) {
    throw new FileStructureException(
      `a dataset's name is a text, not ${String(datasetName)} in ${String(where)}`,
    );
  }
  if (where === undefined && PLAIN.test(datasetName)) return `/${datasetName}`;
  // The original is called with "/a/b/" as well as "/a/b".
  const group = (where ?? "/").replace(/^\//, "").replace(/(.)\/$/, "$1");
  if (group !== "") checkParts(group, where, datasetName);
  if (datasetName !== "") checkParts(datasetName, where, datasetName);
  return `/${[group, datasetName].filter((part) => part !== "").join("/")}`;
}

/**
 * The path of something that can be stored, read as data or removed: not the root.
 *
 * @throws FileStructureException as `nodePath`, and for the root.
 */
export function datasetPath(where: string | undefined, datasetName: string): string {
  const path = nodePath(where, datasetName);
  if (path === "/") throw new FileStructureException("a dataset needs a name; the root is a group");
  return path;
}
