import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { StructureFile } from "../headers/structure-file.js";
import { LocalHeap } from "../heaps/local-heap.js";

// File Format Specification, "Disk Format: Level 1D - Local Heaps": the list of free blocks in the data segment.

/** The offset that ends the list. */
const END_OF_LIST = 1;

interface FreeBlock {
  readonly offset: number;
  readonly size: number;
}

/** Bytes that a text takes in a heap, with its NUL. */
function takenBy(length: number): number {
  return Math.ceil((length + 1) / 8) * 8;
}

/**
 * Puts a text into its heap, as HDF5 does: into the first free block that it fills, or that leaves a rest which can be
 * listed. Where there is none, the data segment becomes at least twice as long, and moves.
 *
 * @returns its offset.
 */
export function insertInLocalHeap(file: StructureFile, heap: LocalHeap, text: Uint8Array): number {
  const size = takenBy(text.length);
  const smallest = 2 * file.lengthSize;
  const fits = (block: FreeBlock) => block.size === size || block.size >= size + smallest;
  let now = heap;
  let blocks = freeBlocks(file, heap);
  let found = blocks.find(fits);
  if (found === undefined) {
    const atEnd = blocks.find((block) => block.offset + block.size === heap.dataSize);
    now = growLocalHeap(file, heap, size + smallest);
    const offset = atEnd?.offset ?? heap.dataSize;
    found = { offset, size: now.dataSize - offset };
    blocks = [...blocks.filter((block) => block !== atEnd), found];
  }
  const { offset } = found;
  const rest = { offset: offset + size, size: found.size - size };
  blocks.splice(blocks.indexOf(found), 1, ...(rest.size > 0 ? [rest] : []));
  const bytes = new Uint8Array(size);
  bytes.set(text);
  file.write(now.dataAddress + offset, bytes);
  writeFreeList(file, now, blocks);
  return offset;
}

/** Moves the data segment to a place where it is longer, by as much as it has or what is needed. */
function growLocalHeap(file: StructureFile, heap: LocalHeap, needed: number): LocalHeap {
  const { dataAddress, dataSize } = heap;
  const bytes = new Uint8Array(dataSize + Math.max(dataSize, needed));
  bytes.set(heap.data);
  const address = file.space.allocate(bytes.length);
  file.write(address, bytes);
  const fields = new ByteWriter(new Uint8Array(2 * file.lengthSize + file.offsetSize));
  fields.uint(bytes.length, file.lengthSize).uint(heap.freeListHead, file.lengthSize);
  file.write(heap.address + 8, fields.uint(address, file.offsetSize).bytes);
  file.space.release([{ address: dataAddress, size: dataSize }]);
  return new LocalHeap(file, heap.address);
}

/**
 * Frees the text of `length` bytes at `offset` in its heap. A piece too short to hold a list entry, and next to no
 * free block, stays unused, as with HDF5.
 */
export function freeInLocalHeap(file: StructureFile, heap: LocalHeap, offset: number, length: number): void {
  // Read again: an earlier call may have changed list and segment.
  const now = new LocalHeap(file, heap.address);
  const smallest = 2 * file.lengthSize;
  let start = offset;
  let end = offset + takenBy(length);
  if (end > now.dataSize) throw file.damage("local heap", heap.address, "a text passes the end of its data");
  const blocks = freeBlocks(file, now);
  const apart = blocks.filter((block) => {
    const touches = block.offset + block.size === start || block.offset === end;
    if (touches) {
      start = Math.min(start, block.offset);
      end = Math.max(end, block.offset + block.size);
    }
    return !touches;
  });
  if (end - start < smallest) return;
  writeFreeList(file, now, [{ offset: start, size: end - start }, ...apart]);
}

function freeBlocks(file: StructureFile, heap: LocalHeap): FreeBlock[] {
  const blocks: FreeBlock[] = [];
  const maxBlocks = heap.dataSize / (2 * file.lengthSize);
  let next = heap.freeListHead;
  while (next !== END_OF_LIST) {
    const reader = new ByteReader(heap.data, file, "local heap data segment", heap.dataAddress);
    reader.skip(next);
    const offset = next;
    next = reader.uintOrUndefined(file.lengthSize) ?? END_OF_LIST;
    const size = reader.length();
    if (offset + size > heap.dataSize || blocks.length > maxBlocks)
      throw reader.damage("its list of free blocks is broken");
    blocks.push({ offset, size });
  }
  return blocks;
}

function writeFreeList(file: StructureFile, heap: LocalHeap, blocks: readonly FreeBlock[]): void {
  const { lengthSize } = file;
  for (const [index, block] of blocks.entries()) {
    const bytes = new Uint8Array(2 * lengthSize);
    const next = blocks[index + 1]?.offset ?? END_OF_LIST;
    new ByteWriter(bytes).uint(next, lengthSize).uint(block.size, lengthSize);
    file.write(heap.dataAddress + block.offset, bytes);
  }
  const head = new Uint8Array(lengthSize);
  new ByteWriter(head).uint(blocks[0]?.offset ?? END_OF_LIST, lengthSize);
  file.write(heap.address + 8 + lengthSize, head);
}
