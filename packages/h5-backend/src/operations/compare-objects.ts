import { FileStorageException } from "@tvb-storage/errors";
import {
  attributeDataspace,
  attributeDatatype,
  GlobalHeap,
  type Hdf5Structure,
  spaceElements,
  storedAttributes,
  storedChunkCount,
  valueText,
  type WalkedObject,
  walkObjects,
} from "@tvb-storage/hdf5/internal";
import { vlenTexts } from "./copy-object.js";

/**
 * Compares all that two files hold, except the data of datasets: objects and their names, link
 * counts, types, shapes, layouts, filters, attributes. Yields after each object.
 *
 * @throws FileStorageException they differ; names the object and the difference.
 */
export function* compareObjects(original: Hdf5Structure, copy: Hdf5Structure): Generator<WalkedObject> {
  const counts = linkCounts(original);
  const copies = walkObjects(copy);
  for (const object of walkObjects(original)) {
    const next = copies.next();
    if (next.done || next.value.path !== object.path) throw different(object.path, "is missing");
    const copied = next.value;
    const wanted = { ...described(original, object), linkCount: counts.get(object.path) };
    const found: Record<string, unknown> = {
      ...described(copy, copied),
      linkCount: copied.header.linkCount,
    };
    for (const [part, value] of Object.entries(wanted)) {
      if (valueText(value) !== valueText(found[part])) throw different(object.path, `has another ${part}`);
    }
    compareAttributes(original, object, copy, copied);
    yield object;
  }
  const more = copies.next();
  if (!more.done) throw different(more.value.path, "is new");
}

function different(path: string, what: string): FileStorageException {
  return new FileStorageException(`in the copy, ${path} ${what}`);
}

/** Links by which each object is met; what its header says may be more, where a link was lost. */
function linkCounts(structure: Hdf5Structure): Map<string, number> {
  // The superblock counts as one link to the root group.
  const counts = new Map([["/", 1]]);
  for (const { links } of walkObjects(structure)) {
    for (const { target } of links)
      if (target !== undefined) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return counts;
}

/** What must be equal of two objects, by name. */
function described(structure: Hdf5Structure, { object, links }: WalkedObject): Record<string, unknown> {
  const names = links.map(({ link, target }) => [
    link.name,
    link.kind,
    link.kind === "hard" ? target : link.kind === "soft" ? link.path : undefined,
  ]);
  if (object.kind !== "dataset") return { kind: object.kind, links: names };
  const { datatype, dataspace, layout, filters, fillValue } = object;
  return {
    kind: object.kind,
    type: datatype,
    shape: dataspace,
    layout: layout.class,
    "chunk shape": layout.class === "chunked" ? layout.chunkShape : undefined,
    "number of chunks":
      layout.class === "chunked" ? storedChunkCount(structure.file, layout, dataspace) : undefined,
    filters,
    "fill value": fillValue.kind,
    // The old form of the message has no fill time, and means this one.
    "fill time": fillValue.writeTime ?? "if set",
  };
}

interface DescribedAttribute {
  readonly name: string;
  /** Type, shape and value. */
  readonly text: string;
}

function compareAttributes(
  original: Hdf5Structure,
  { path, header }: WalkedObject,
  copy: Hdf5Structure,
  copied: WalkedObject,
): void {
  const found = attributesOf(copy, copied.header);
  for (const { name, text } of attributesOf(original, header)) {
    const { value } = found.next();
    if (value?.name !== name) throw different(path, `has no attribute "${name}"`);
    if (value.text !== text) throw different(path, `has another attribute "${name}"`);
  }
  const { value } = found.next();
  if (value !== undefined) throw different(path, `has a new attribute "${value.name}"`);
}

function* attributesOf(
  { file }: Hdf5Structure,
  header: WalkedObject["header"],
): Generator<DescribedAttribute, undefined> {
  const heap = new GlobalHeap(file);
  for (const { parts, address } of storedAttributes(file, header)) {
    const type = attributeDatatype(file, parts, address);
    const space = attributeDataspace(file, parts, address);
    const elements = parts.data.subarray(0, spaceElements(space) * type.size);
    // Texts of variable length are elsewhere in each file.
    const value = type.class === "vlen-string" ? vlenTexts(heap, elements, type.size) : [elements];
    yield { name: parts.name, text: valueText({ type, space, value }) };
  }
  return undefined;
}
