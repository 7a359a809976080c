import type { NodeInfo } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { systemErrorCode } from "@tvb-storage/files";
import { type DatasetInfo, datatypeName, type Link, representation } from "@tvb-storage/hdf5/internal";
import type { FileView } from "../session/file-view.js";

/**
 * Every object beneath `where` once, and every link that is not a hard link;
 * `depth` levels of groups. An object that is damaged, or of a kind that is not
 * known here, does not keep the others from being listed.
 *
 * @throws FileStorageException `where` itself cannot be read.
 */
export function listNodes(view: FileView, where: string, depth: number): NodeInfo[] {
  const { structure } = view;
  const start = view.node(where);
  const nodes: NodeInfo[] = [];
  const seen = new Set([start.object.address]);
  const prefix = where === "/" ? "" : where;
  /** The links in a group, none where it is not to be looked into. */
  const linksOf = (kind: string, address: number, level: number): readonly Link[] =>
    kind === "group" && level < depth ? structure.links(address) : [];
  const pending: { path: string; links: readonly Link[]; level: number }[] = [
    { path: prefix, links: linksOf(start.object.kind, start.object.address, 0), level: 1 },
  ];
  if (start.object.kind !== "group") nodes.push(describe(view, where, start.object.address));
  for (let group = pending.pop(); group !== undefined; group = pending.pop()) {
    const { level } = group;
    for (const link of group.links) {
      const path = `${group.path}/${link.name}`;
      if (link.kind !== "hard") {
        nodes.push({ path, kind: "link", target: linkTarget(link) });
        continue;
      }
      if (seen.has(link.address)) continue;
      seen.add(link.address);
      try {
        const node = describe(view, path, link.address);
        pending.push({ path, links: linksOf(node.kind, link.address, level), level: level + 1 });
        nodes.push(node);
      } catch (error) {
        nodes.push({ path, kind: "unreadable", reason: reasonOf(error, view) });
      }
    }
  }
  return nodes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Why an object cannot be read. An error of the disk says nothing of the object, and is thrown. */
function reasonOf(error: unknown, view: FileView): string {
  if (!isTVBException(error, "FILE_STORAGE") || systemErrorCode(error.cause) !== undefined) throw error;
  // Who lists the file knows which one it is.
  return error.message.replaceAll(`${view.label}: `, "");
}

function linkTarget(link: Exclude<Link, { kind: "hard" }>): string {
  switch (link.kind) {
    case "soft":
      return link.path;
    case "external":
      return `${link.file}:${link.path}`;
    case "user-defined":
      return `user-defined link of type ${link.type}`;
  }
}

function describe(view: FileView, path: string, address: number): NodeInfo {
  const object = view.structure.object(address);
  if (object.kind === "group") return { path, kind: "group" };
  if (object.kind === "datatype") return { path, kind: "datatype", dtype: datatypeName(object.datatype) };
  return describeDataset(view, path, object);
}

function describeDataset(view: FileView, path: string, object: DatasetInfo): NodeInfo {
  const { dataspace, layout, filters, datatype } = object;
  const shown = representation(datatype);
  const dims = shown?.dims ?? [];
  const isNull = dataspace.kind === "null";
  const shape = isNull ? [0] : [...dataspace.shape, ...dims];
  return {
    path,
    kind: "dataset",
    dtype: shown?.dtype ?? datatypeName(datatype),
    shape,
    maxShape: isNull ? [0] : [...dataspace.maxShape, ...dims],
    chunks: layout.class === "chunked" ? layout.chunkShape : null,
    filters: filters.map((filter) => filter.name),
    storedBytes: view.structure.storedBytes(object),
  };
}
