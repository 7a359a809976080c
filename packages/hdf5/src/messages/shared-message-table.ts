import { SHARED_TABLE } from "../headers/message-type.js";
import { findMessage, messageReader, readObjectHeader } from "../headers/object-header.js";
import type { StructureFile } from "../headers/structure-file.js";
import { FractalHeap } from "../heaps/fractal-heap.js";
import type { MessageBody } from "./shared-message.js";

// File Format Specification, "Disk Format: Level 1I - Shared Object Header Message Table".

/** HDF5's own limit. */
const MAX_INDEXES = 8;

/** The message of type `type` that a heap ID of the file's shared message heap refers to. */
export function readSharedHeapMessage(file: StructureFile, type: number, heapId: Uint8Array): MessageBody {
  const { extensionAddress } = file.superblock;
  const extension = extensionAddress === undefined ? undefined : readObjectHeader(file, extensionAddress);
  const message = extension === undefined ? undefined : findMessage(extension, SHARED_TABLE);
  if (message === undefined) {
    throw file.damage("superblock", 0, "a message is in the shared message heap, but the file has none");
  }
  const reader = messageReader(file, message);
  reader.expectVersion(0);
  const tableAddress = reader.definedAddress("the shared message table");
  const heapAddress = findHeap(file, tableAddress, reader.u8(), type);
  const heap = new FractalHeap(file, heapAddress);
  const object = heap.read(heapId);
  return { bytes: object.bytes, address: object.address, committedAt: undefined };
}

/** "Shared Message Table": the fractal heap of the index that holds messages of this type. */
function findHeap(file: StructureFile, address: number, count: number, type: number): number {
  const structure = "shared message table";
  if (count > MAX_INDEXES)
    throw file.damage(structure, address, `${count} indexes, at most ${MAX_INDEXES} are possible`);
  const indexSize = 14 + 2 * file.offsetSize;
  const reader = file.readChecked(structure, address, 4 + count * indexSize + 4);
  reader.expectSignature("SMTB");
  for (let index = 0; index < count; index += 1) {
    reader.expectVersion(0);
    reader.skip(1);
    const types = reader.u16();
    reader.skip(10); // minimum size, list and B-tree cutoff, number of messages
    reader.skip(file.offsetSize);
    const heapAddress = reader.fileAddress();
    if ((types & (1 << type)) !== 0 && heapAddress !== undefined) return heapAddress;
  }
  throw reader.damage(`it has no heap for messages of type ${type}`);
}
