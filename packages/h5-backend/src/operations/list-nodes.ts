import type { NodeInfo } from "@tvb-storage/core";
import { representation } from "../elements/representation.js";
import { type DatasetInfo, datatypeName, type Link } from "../format/index.js";
import type { FileView } from "../session/file-view.js";

/** Every object beneath `where` once, and every link that is not a hard link; `depth` levels of groups. */
export function listNodes(view: FileView, where: string, depth: number): NodeInfo[] {
  const { structure } = view;
  const start = view.node(where);
  const nodes: NodeInfo[] = [];
  const seen = new Set([start.object.address]);
  const prefix = where === "/" ? "" : where;
  const pending: { path: string; address: number; level: number }[] = [];
  if (start.object.kind === "group") pending.push({ path: prefix, address: start.object.address, level: 1 });
  else nodes.push(describe(view, where, start.object.address));
  for (let group = pending.pop(); group !== undefined; group = pending.pop()) {
    if (group.level > depth) continue;
    for (const link of structure.links(group.address)) {
      const path = `${group.path}/${link.name}`;
      if (link.kind !== "hard") {
        nodes.push({ path, kind: "link", target: linkTarget(link) });
        continue;
      }
      if (seen.has(link.address)) continue;
      seen.add(link.address);
      const node = describe(view, path, link.address);
      nodes.push(node);
      if (node.kind === "group") pending.push({ path, address: link.address, level: group.level + 1 });
    }
  }
  return nodes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
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
