import type { NodeInfo } from "@tvb-storage/core/arrays";
import { isTVBException } from "@tvb-storage/errors";
import { systemErrorCode } from "@tvb-storage/files";
import { datatypeName } from "../datatypes/datatype-name.js";
import { mappedType } from "../datatypes/mapped-type.js";
import type { Link } from "../groups/link-message.js";
import type { FoundObject } from "./find-object.js";
import type { Hdf5Structure } from "./hdf5-structure.js";
import type { DatasetInfo } from "./object-info.js";

/**
 * Every object below `start` once, and every link that is not a hard link;
 * `depth` levels of groups. An object that is damaged, or of an unknown kind,
 * is listed as unreadable.
 *
 * @throws FileStorageException `start` itself cannot be read.
 */
export function listObjects(structure: Hdf5Structure, start: FoundObject, depth: number): NodeInfo[] {
  const nodes: NodeInfo[] = [];
  const seen = new Set([start.object.address]);
  /** The links in a group that is not too deep. */
  const linksOf = (kind: string, address: number, level: number): readonly Link[] =>
    kind === "group" && level < depth ? structure.links(address) : [];
  const pending: { path: string; links: readonly Link[]; level: number }[] = [
    {
      path: start.path === "/" ? "" : start.path,
      links: linksOf(start.object.kind, start.object.address, 0),
      level: 1,
    },
  ];
  if (start.object.kind !== "group") nodes.push(describeNode(structure, start.path, start.object.address));
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
        const node = describeNode(structure, path, link.address);
        pending.push({ path, links: linksOf(node.kind, link.address, level), level: level + 1 });
        nodes.push(node);
      } catch (error) {
        nodes.push({ path, kind: "unreadable", reason: reasonOf(error, structure.file.name) });
      }
    }
  }
  return nodes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Why an object cannot be read. An error of the disk is not about the object, and is thrown. */
function reasonOf(error: unknown, file: string): string {
  if (!isTVBException(error, "FILE_STORAGE") || systemErrorCode(error.cause) !== undefined) throw error;
  // The caller knows which file it lists.
  return error.message.replaceAll(`${file}: `, "");
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

/** One object as `listNodes` describes it. */
export function describeNode(structure: Hdf5Structure, path: string, address: number): NodeInfo {
  const object = structure.object(address);
  if (object.kind === "group") return { path, kind: "group" };
  if (object.kind === "datatype") return { path, kind: "datatype", dtype: datatypeName(object.datatype) };
  return describeDataset(structure, path, object);
}

function describeDataset(structure: Hdf5Structure, path: string, object: DatasetInfo): NodeInfo {
  const { dataspace, layout, filters, datatype } = object;
  const mapped = mappedType(datatype);
  const dims = mapped?.dims ?? [];
  const isNull = dataspace.kind === "null";
  return {
    path,
    kind: "dataset",
    dtype: mapped?.dtype ?? datatypeName(datatype),
    shape: isNull ? [0] : [...dataspace.shape, ...dims],
    maxShape: isNull ? [0] : [...dataspace.maxShape, ...dims],
    chunks: layout.class === "chunked" ? layout.chunkShape : null,
    filters: filters.map((filter) => filter.name),
    storedBytes: structure.storedBytes(object),
  };
}
