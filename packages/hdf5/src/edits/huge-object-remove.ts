import { BTREE2_TYPE, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { Extent } from "../bytes/extent.js";
import type { StructureFile } from "../headers/structure-file.js";
import type { FractalHeap } from "../heaps/fractal-heap.js";
import { removeBtree2Record } from "./btree-v2-remove.js";

/** What a huge object leaves. */
interface RemovedHugeObject {
  readonly length: number;
  /** It was the last one, and the index goes with it. */
  readonly emptied: boolean;
  /** Space that becomes free. */
  readonly freed: readonly Extent[];
}

/** Takes the record of a "huge" object out of its heap's index. The heap's header is the caller's. Undefined for other objects. */
export function takeHugeObject(
  file: StructureFile,
  heap: FractalHeap,
  heapId: Uint8Array,
): RemovedHugeObject | undefined {
  const key = heap.hugeKey(heapId);
  const { hugeIndexAddress } = heap.header;
  if (key === undefined || hugeIndexAddress === undefined) return undefined;
  const { address, length } = heap.locate(heapId);
  const tree = readBtree2Header(file, hugeIndexAddress, [BTREE2_TYPE.hugeIndirect]);
  const removal = removeBtree2Record(file, tree, (record) => {
    const reader = new ByteReader(record, file, "huge object record", hugeIndexAddress);
    reader.skip(file.offsetSize + file.lengthSize);
    return key - reader.length();
  });
  const emptied = removal?.remaining === 0;
  const freed = [{ address, size: length }, ...(removal?.freed ?? [])];
  if (emptied) freed.push({ address: hugeIndexAddress, size: tree.size });
  return { length, emptied, freed };
}

/**
 * Removes a "huge" object from a fractal heap: its record in the heap's index and
 * its part in the heap's statistics. Nothing happens for other objects. Returns
 * the space that becomes free.
 */
export function removeHugeObject(
  file: StructureFile,
  heap: FractalHeap,
  heapId: Uint8Array,
): readonly Extent[] {
  const removed = takeHugeObject(file, heap, heapId);
  if (removed === undefined) return [];
  lowerStatistics(file, heap, removed.length, removed.emptied);
  return removed.freed;
}

/**
 * "Size of Huge Objects in Heap" and "Number of Huge Objects in Heap" of the
 * heap's header. With the last object the index goes too: HDF5 would delete an
 * empty one as soon as it opens the heap, also where it may not write.
 */
function lowerStatistics(file: StructureFile, heap: FractalHeap, length: number, emptied: boolean): void {
  const { lengthSize, offsetSize } = file;
  const structure = "fractal heap";
  const bytes = file.bytes(structure, heap.header.address, heap.header.size);
  const at = 14 + 6 * lengthSize + 2 * offsetSize;
  const reader = new ByteReader(bytes, file, structure, heap.header.address);
  reader.position = at;
  const size = reader.length();
  const count = reader.length();
  if (size < length || count === 0) throw reader.damage(`its statistics lack an object of ${length} bytes`);
  new ByteWriter(bytes, at).uint(size - length, lengthSize).uint(count - 1, lengthSize);
  if (emptied) new ByteWriter(bytes, 14).uint(0, lengthSize).uint(undefined, offsetSize); // next ID, index
  file.writeChecked(heap.header.address, bytes);
}
