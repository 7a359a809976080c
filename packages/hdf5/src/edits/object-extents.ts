import { denseAttributes, type StoredAttribute, storedAttributes } from "../attributes/attribute-storage.js";
import { btree1Nodes, groupTree } from "../btrees/btree-v1.js";
import { BTREE2_TYPE, btree2Records, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { Extent } from "../bytes/extent.js";
import { chunkParts } from "../chunks/chunk-index.js";
import { spaceElements } from "../datatypes/dataspace-message.js";
import { groupStorage, isGroup, openGroup } from "../groups/group.js";
import { type SymbolTable, symbolNodeSize } from "../groups/symbol-table.js";
import { DATATYPE, EXTERNAL_FILES } from "../headers/message-type.js";
import { findMessage, isShared, messageReader, type ObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { Traversal } from "../headers/traversal.js";
import type { DenseStorage } from "../heaps/dense-storage.js";
import { LocalHeap } from "../heaps/local-heap.js";
import { resolveBody, resolveShared } from "../messages/shared-message.js";
import type { DatasetInfo } from "../objects/object-info.js";
import { freeSpaceExtents } from "./free-space-manager.js";

/** Index types that the trees of a heap, a group or the attributes of an object may have. */
const ANY_TYPE = Object.values(BTREE2_TYPE);

/**
 * The space that an object occupies: header, data, indexes, links and dense
 * attributes. Not what others may use too: global heap collections with its
 * variable-length values, and the file's shared message heap.
 */
export function* objectExtents(
  file: StructureFile,
  header: ObjectHeader,
  dataset: DatasetInfo | undefined,
): Generator<Extent> {
  for (const chunk of header.chunks) yield { address: chunk.address, size: chunk.bytes.length };
  const attributes = denseAttributes(file, header);
  if (attributes !== undefined) yield* denseExtents(file, attributes);
  if (isGroup(header)) yield* groupExtents(file, header);
  if (dataset !== undefined) yield* dataExtents(file, header, dataset);
}

/** A fractal heap and the version 2 B-trees that index it. */
export function* denseExtents(
  file: StructureFile,
  { heap, nameIndexAddress, orderIndexAddress }: DenseStorage<unknown>,
): Generator<Extent> {
  yield { address: heap.header.address, size: heap.header.size };
  for (const { address, size } of heap.blocks()) yield { address, size };
  if (heap.header.freeSpaceAddress !== undefined) {
    yield* freeSpaceExtents(file, heap.header.freeSpaceAddress);
  }
  yield* treeExtents(file, nameIndexAddress);
  if (orderIndexAddress !== undefined) yield* treeExtents(file, orderIndexAddress);
  if (heap.header.hugeIndexAddress !== undefined) {
    const onRecord = (record: Uint8Array): Extent => {
      const reader = new ByteReader(record, file, "huge object record", heap.header.address);
      return { address: reader.definedAddress("a huge object"), size: reader.length() };
    };
    yield* treeExtents(file, heap.header.hugeIndexAddress, onRecord);
  }
}

function* treeExtents(
  file: StructureFile,
  address: number,
  onRecord?: (record: Uint8Array) => Extent,
): Generator<Extent> {
  const tree = readBtree2Header(file, address, ANY_TYPE);
  yield { address, size: tree.size };
  const found: Extent[] = [];
  for (const record of btree2Records(file, tree, (at, size) => found.push({ address: at, size }))) {
    if (onRecord !== undefined) found.push(onRecord(record));
  }
  yield* found;
}

function* groupExtents(file: StructureFile, header: ObjectHeader): Generator<Extent> {
  const storage = groupStorage(file, header);
  if (storage.style === "old") {
    yield* symbolTableExtents(file, storage.table);
  } else if (storage.style === "dense") yield* denseExtents(file, storage.dense);
}

function* symbolTableExtents(file: StructureFile, table: SymbolTable): Generator<Extent> {
  yield* localHeapExtents(file, table.heapAddress);
  const traversal = new Traversal(file);
  for (const node of btree1Nodes(file, groupTree(file), table.treeAddress, traversal)) {
    yield { address: node.address, size: node.size };
    if (node.level > 0) continue;
    for (const address of node.children) yield { address, size: symbolNodeSize(file) };
  }
}

function* localHeapExtents(file: StructureFile, address: number): Generator<Extent> {
  const heap = new LocalHeap(file, address);
  yield { address, size: heap.headerSize };
  yield { address: heap.dataAddress, size: heap.dataSize };
}

function* dataExtents(file: StructureFile, header: ObjectHeader, dataset: DatasetInfo): Generator<Extent> {
  const { layout, dataspace } = dataset;
  const external = findMessage(header, EXTERNAL_FILES);
  if (external !== undefined) {
    // "Data Storage - External Data Files": the names of the files are in a local heap.
    const reader = messageReader(file, external);
    reader.skip(8);
    yield* localHeapExtents(file, reader.definedAddress("the names of external files"));
  } else if (layout.class === "contiguous" && layout.address !== undefined) {
    const size = layout.size ?? spaceElements(dataspace) * dataset.datatype.size;
    file.check("contiguous data", layout.address, size);
    if (size > 0) yield { address: layout.address, size };
  } else if (layout.class === "chunked") {
    for (const { address, size } of chunkParts(file, layout, dataspace)) yield { address, size };
  }
}

/** Objects that lose one link when this object goes: children of a group, committed datatypes. */
export function* linkedObjects(file: StructureFile, header: ObjectHeader): Generator<number> {
  if (isGroup(header)) {
    for (const link of openGroup(file, header).all()) if (link.kind === "hard") yield link.address;
  }
  yield* committedDatatypes(file, header);
}

/** Committed datatypes that count this object, or an attribute of it, among their links. */
export function* committedDatatypes(file: StructureFile, header: ObjectHeader): Generator<number> {
  const datatype = findMessage(header, DATATYPE);
  if (datatype !== undefined && isShared(datatype)) {
    const { committedAt } = resolveBody(file, datatype);
    if (committedAt !== undefined) yield committedAt;
  }
  for (const attribute of storedAttributes(file, header)) {
    const committedAt = committedDatatypeOf(file, attribute);
    if (committedAt !== undefined) yield committedAt;
  }
}

/** The committed datatype that counts this attribute among its links. */
export function committedDatatypeOf(
  file: StructureFile,
  { parts, address, location }: StoredAttribute,
): number | undefined {
  if (!parts.datatype.shared || location.kind === "shared") return undefined;
  const reader = new ByteReader(parts.datatype.bytes, file, "attribute's datatype", address);
  return resolveShared(file, DATATYPE, reader).committedAt;
}
