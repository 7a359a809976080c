import type { NodeInfo } from "@tvb-storage/core/arrays";
import { datatypeName } from "../datatypes/datatype-name.js";
import { mappedType } from "../datatypes/mapped-type.js";
import type { Link } from "../groups/link-message.js";
import type { FoundObject } from "./find-object.js";
import type { Hdf5Structure } from "./hdf5-structure.js";
import type { DatasetInfo, ObjectInfo } from "./object-info.js";
import { readingError } from "./reading-error.js";
import { walkObjects } from "./walk-objects.js";

/** Why chunks with these filters cannot be read; undefined where they can. */
export type UndecodableReason = (filters: DatasetInfo["filters"]) => string | undefined;

/**
 * Every object below `start` once, and every link that is not a hard link;
 * `depth` levels of groups. An object that is damaged, or of an unknown kind,
 * is listed as unreadable. `undecodable` says why chunks with these filters cannot be read.
 *
 * @throws FileStorageException `start` itself cannot be read.
 */
export function listObjects(
  structure: Hdf5Structure,
  start: FoundObject,
  depth: number,
  undecodable?: UndecodableReason,
): NodeInfo[] {
  const nodes: NodeInfo[] = [];
  const onUnreadable = (path: string, error: unknown): void => {
    nodes.push({ path, kind: "unreadable", reason: reasonOf(error, structure.file.name) });
  };
  const { path, object } = start;
  /** Further hard links, by the path of their object. */
  const others = new Map<string, string[]>();
  for (const walked of walkObjects(structure, {
    start: { path, address: object.address },
    depth,
    onUnreadable,
  })) {
    const isStart = walked.path === path;
    try {
      if (!isStart || object.kind !== "group")
        nodes.push(describeNode(structure, walked.path, walked.object, undecodable));
    } catch (error) {
      if (isStart) throw error;
      onUnreadable(walked.path, error);
    }
    for (const { path: name, link, target, isFirst } of walked.links) {
      if (link.kind !== "hard") nodes.push({ path: name, kind: "link", target: linkTarget(link) });
      else if (target !== undefined && !isFirst) others.set(target, [...(others.get(target) ?? []), name]);
    }
  }
  const listed = others.size === 0 ? nodes : nodes.map((node) => withOtherPaths(node, others));
  return listed.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function withOtherPaths(node: NodeInfo, others: ReadonlyMap<string, readonly string[]>): NodeInfo {
  const otherPaths = others.get(node.path);
  return otherPaths === undefined ? node : { ...node, otherPaths };
}

/** Why an object cannot be read; the caller knows which file it lists. */
function reasonOf(error: unknown, file: string): string {
  return readingError(error).replaceAll(`${file}: `, "");
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
export function describeNode(
  structure: Hdf5Structure,
  path: string,
  object: ObjectInfo,
  undecodable?: UndecodableReason,
): NodeInfo {
  if (object.kind === "group") return { path, kind: "group" };
  if (object.kind === "datatype") return { path, kind: "datatype", dtype: datatypeName(object.datatype) };
  const reason = undecodable?.(object.filters);
  return { ...describeDataset(structure, path, object), ...(reason === undefined ? {} : { reason }) };
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
    chunks: layout.class === "chunked" ? [...layout.chunkShape] : null,
    filters: filters.map((filter) => filter.name),
    storedBytes: structure.storedBytes(object),
    ...compressionOf(filters),
    ...(datatype.class === "string" ? { stringLength: datatype.size } : {}),
    ...storedTypeOf(datatype, mapped),
  };
}

/** The option that makes these filters. */
function compressionOf(filters: DatasetInfo["filters"]): Pick<NodeInfo, "compression"> {
  const names = filters.map(({ name }) => name).join(" ");
  const level = filters.at(-1)?.clientData[0];
  if ((names !== "gzip" && names !== "shuffle gzip") || !isLevel(level)) return {};
  return { compression: { gzip: level, ...(names === "gzip" ? {} : { shuffle: true }) } };
}

type GzipLevel = Extract<NonNullable<NodeInfo["compression"]>, object>["gzip"];

function isLevel(value: number | undefined): value is GzipLevel {
  return value !== undefined && value >= 0 && value <= 9;
}

/** What the mapped type does not say: another width, names of values, axes of its own. Lengths of texts are said apart. */
function storedTypeOf(
  type: DatasetInfo["datatype"],
  mapped: ReturnType<typeof mappedType>,
): Pick<NodeInfo, "storedType"> {
  const name = datatypeName(type);
  const isSaid = mapped === undefined || type.class === "string" || name === mapped.dtype;
  return isSaid ? {} : { storedType: name };
}
