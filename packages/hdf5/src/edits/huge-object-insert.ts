import { BTREE2_TYPE, readBtree2Header } from "../btrees/btree-v2.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { ByteWriter } from "../bytes/byte-writer.js";
import type { StructureFile } from "../headers/structure-file.js";
import { createBtree2, insertBtree2Record } from "./btree-v2-insert.js";

/**
 * Writes a "huge" object of a fractal heap, which lies outside the heap's blocks, and enters it under its key into
 * the heap's index. The heap's header is the caller's.
 *
 * @returns the address of the index, which is made with the first object.
 */
export function insertHugeObject(
  file: StructureFile,
  index: number | undefined,
  key: number,
  object: Uint8Array,
): number {
  const { offsetSize, lengthSize } = file;
  const address = file.space.allocate(object.length);
  file.write(address, object);
  const record = new Uint8Array(offsetSize + 2 * lengthSize);
  new ByteWriter(record).uint(address, offsetSize).uint(object.length, lengthSize).uint(key, lengthSize);
  const tree = index ?? createBtree2(file, BTREE2_TYPE.hugeIndirect, record.length);
  const header = readBtree2Header(file, tree, [BTREE2_TYPE.hugeIndirect]);
  insertBtree2Record(file, header, record, (other) => {
    const reader = new ByteReader(other, file, "huge object record", tree);
    reader.skip(offsetSize + lengthSize);
    return key - reader.length();
  });
  return tree;
}
