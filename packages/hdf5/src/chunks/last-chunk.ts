import { chunkTree, readBtree1Node } from "../btrees/btree-v1.js";
import { ByteReader } from "../bytes/byte-reader.js";
import type { StructureFile } from "../headers/structure-file.js";
import type { ChunkedLayout } from "./chunk-index.js";

/** A chunk and where it lies in the dataset. */
export interface PlacedChunk {
  readonly address: number;
  /** Of its first element, one number an axis. */
  readonly offset: readonly number[];
}

/**
 * The last chunk in the order of the dataset, found by descending the index
 * once. Undefined where there is none yet, or where the index is of a kind that
 * HDF5 1.8 does not write (this package creates version 1 B-trees).
 */
export function lastChunk(file: StructureFile, layout: ChunkedLayout): PlacedChunk | undefined {
  const { index, chunkShape } = layout;
  if (index.kind !== "btree-v1" || index.address === undefined) return undefined;
  const kind = chunkTree(file, chunkShape.length);
  let node = readBtree1Node(file, kind, index.address);
  for (;;) {
    const last = node.children.length - 1;
    const address = node.children[last];
    const key = node.keys[last];
    if (address === undefined || key === undefined) return undefined;
    if (node.level === 0) {
      const reader = new ByteReader(key, file, "version 1 B-tree node", node.address);
      reader.skip(8); // size, filter mask
      return { address, offset: chunkShape.map(() => reader.plainUint(8)) };
    }
    node = readBtree1Node(file, kind, address, node.level - 1);
  }
}
