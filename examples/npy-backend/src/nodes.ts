import { checkNewName, pathParts } from "@tvb-storage/core";
import { FileStructureException, MissingDataSetException } from "@tvb-storage/errors";
import { presentAmong } from "@tvb-storage/files";
import type { Node, Nodes } from "./sidecar.js";

/** @throws MissingDataSetException no such node. */
export function nodeAt(nodes: Nodes, path: string): Node {
  const node = nodes.get(path);
  if (node === undefined)
    throw new MissingDataSetException(`there is no node ${path}${presentAmong(path, nodes.keys())}`);
  return node;
}

/** The file of a dataset. @throws MissingDataSetException no such dataset. */
export function fileOf(nodes: Nodes, path: string): string {
  const { file } = nodeAt(nodes, path);
  if (file === undefined) throw new MissingDataSetException(`${path} is a group, not a dataset`);
  return file;
}

/** With a new dataset, and the groups that it is in. */
export function withDataset(nodes: Nodes, path: string, dataset: Node): Nodes {
  if (nodes.has(path))
    throw new FileStructureException(`${path} is a group; remove it before a dataset takes its name`);
  pathParts(path).forEach(checkNewName);
  const changed = new Map(nodes);
  for (let end = path.indexOf("/", 1); end > 0; end = path.indexOf("/", end + 1)) {
    const parent = changed.get(path.slice(0, end));
    if (parent?.file !== undefined)
      throw new FileStructureException(
        `${path} cannot be created: ${path.slice(0, end)} is a dataset, not a group`,
      );
    if (parent === undefined) changed.set(path.slice(0, end), { attributes: new Map() });
  }
  return changed.set(path, dataset);
}

/** The paths of a node and of all that is beneath it. */
export function pathsFrom(nodes: Nodes, path: string): string[] {
  return [...nodes.keys()].filter((other) => other === path || other.startsWith(`${path}/`));
}

/**
 * A name for a dataset's file that says which it is, works on every disk, and
 * is no other's, also where upper and lower case are the same.
 */
export function newFileName(nodes: Nodes, path: string): string {
  const taken = new Set([...nodes.values()].map(({ file }) => file?.toLowerCase()));
  const plain = path
    .slice(1)
    .replaceAll("/", ".")
    .replaceAll(/[^\w.-]/g, "_")
    .replace(/^\./, "_")
    .slice(0, 100); // prettier-ignore
  for (let count = 1; ; count++) {
    const name = `${plain}${count === 1 ? "" : `-${count}`}.npy`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
