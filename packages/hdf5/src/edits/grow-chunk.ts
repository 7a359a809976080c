import { elementCount } from "@tvb-storage/core/arrays";
import type { FilePort } from "@tvb-storage/files";
import { btree1HeaderSize, chunkTree, readBtree1Node } from "../btrees/btree-v1.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { Layout } from "../chunks/layout-message.js";
import { LAYOUT } from "../headers/message-type.js";
import {
  bodyBytes,
  findMessage,
  isShared,
  type ObjectHeader,
  readObjectHeader,
} from "../headers/object-header.js";
import { type StructureFile, structureFile } from "../headers/structure-file.js";
import { describeObject } from "../objects/object-info.js";
import { editMessage } from "./object-header-edit.js";

type Chunked = Extract<Layout, { class: "chunked" }>;

/** Where the first chunk of a dataset is entered: the root of its index. */
interface OnlyChunk {
  readonly address: number;
  readonly nodeAddress: number;
}

/** Version and class of a version 3 layout message, and its dimensionality. */
const LAYOUT_HEAD = 3;

/**
 * Gives a dataset longer chunks along one axis, in place: HDF5 has no call for
 * it. The dataset has no chunk or one, unfiltered, in a version 1 B-tree; it is
 * longer afterwards, and its elements stay where they are in the dataset. The
 * object keeps its address, its attributes and its links. HDF5 must not have the
 * file open. "Data Layout Message" (version 3), "Version 1 B-trees".
 *
 * @returns false, and nothing is changed, where the dataset is stored in another way.
 */
export function growChunk(
  port: FilePort | StructureFile,
  objectAddress: number,
  axis: number,
  length: number,
  fileName?: string,
): boolean {
  const file = structureFile(port, fileName);
  const header = readObjectHeader(file, objectAddress);
  const object = describeObject(file, header);
  if (object.kind !== "dataset" || object.layout.class !== "chunked" || object.filters.length > 0)
    return false;
  if (!file.space.isOrdinary) return false;
  const { layout } = object;
  const message = findMessage(header, LAYOUT);
  if (message === undefined || isShared(message) || bodyBytes(message)[0] !== 3) return false;
  const grown = layout.chunkShape.map((before, i) => (i === axis ? length : before));
  const chunk = onlyChunk(file, layout);
  if (chunk === "several") return false;
  if (chunk !== undefined) moveChunk(file, layout, grown, axis, chunk);
  setChunkLength(file, header, axis, length);
  file.space.save();
  return true;
}

function onlyChunk(file: StructureFile, { index, chunkShape }: Chunked): OnlyChunk | undefined | "several" {
  if (index.kind !== "btree-v1") return "several";
  if (index.address === undefined) return undefined;
  const node = readBtree1Node(file, chunkTree(file, chunkShape.length), index.address);
  const [address, ...others] = node.children;
  if (node.level > 0 || others.length > 0) return "several";
  return address === undefined ? undefined : { address, nodeAddress: node.address };
}

/** Puts the elements into a chunk of the new shape, at the end of the file, and enters it in the index instead of the old one. */
function moveChunk(
  file: StructureFile,
  { chunkShape, elementSize }: Chunked,
  grown: readonly number[],
  axis: number,
  { address, nodeAddress }: OnlyChunk,
): void {
  const before = file.bytes("chunk", address, elementCount(chunkShape) * elementSize);
  const size = elementCount(grown) * elementSize;
  // The last in the file grows where it is, and leaves no hole.
  const stays = file.space.extendWithZeros({ address, size: before.length }, size);
  const target = stays ? address : file.space.allocateZeros(size);
  if (!stays) file.space.release([{ address, size: before.length }]);
  file.write(target, spread(before, chunkShape, grown, axis, elementSize));
  enterChunk(file, nodeAddress, grown, size, target);
}

/** The elements of a chunk as they lie in one that is longer along an axis. */
function spread(
  elements: Uint8Array,
  from: readonly number[],
  to: readonly number[],
  axis: number,
  elementSize: number,
): Uint8Array {
  const inner = elementCount(from.slice(axis + 1)) * elementSize;
  const outer = elementCount(from.slice(0, axis));
  if (outer === 1) return elements;
  const run = (from[axis] ?? 0) * inner;
  const step = (to[axis] ?? 0) * inner;
  const result = new Uint8Array(outer * step);
  for (let i = 0; i < outer; i += 1) result.set(elements.subarray(i * run, (i + 1) * run), i * step);
  return result;
}

/** The keys: size, filter mask and first element of the chunk, then where the next chunks would begin. */
function enterChunk(
  file: StructureFile,
  nodeAddress: number,
  shape: readonly number[],
  size: number,
  address: number,
): void {
  const { keySize } = chunkTree(file, shape.length);
  const headerSize = btree1HeaderSize(file);
  const bytes = file.bytes("version 1 B-tree node", nodeAddress, headerSize + 2 * keySize + file.offsetSize);
  new ByteWriter(bytes, headerSize).u32(size);
  const next = new ByteWriter(bytes, headerSize + keySize).uint(address, file.offsetSize);
  next.u32(0).u32(0);
  for (const length of shape) next.uint(length, 8);
  file.write(nodeAddress, bytes);
}

function setChunkLength(file: StructureFile, header: ObjectHeader, axis: number, length: number): void {
  const message = findMessage(header, LAYOUT);
  if (message === undefined) throw file.damage("object header", header.address, "it has no layout message");
  const at = LAYOUT_HEAD + file.offsetSize + 4 * axis;
  editMessage(file, header, message, at, (writer) => writer.u32(length));
}
