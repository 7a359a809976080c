import { BTREE_K_VALUES } from "./message-type.js";
import { findMessage, messageReader, readObjectHeader } from "./object-header.js";
import type { StructureFile } from "./structure-file.js";

// File Format Specification, "The B-tree 'K' Values Message".

/** Half of what the nodes of the version 1 B-trees and symbol tables of a file hold at most. */
export interface BtreeKValues {
  readonly chunkInternalK: number;
  readonly groupInternalK: number;
  readonly groupLeafK: number;
}

/** The values of a file: the superblock's, or what its extension has instead. */
export function readBtreeKValues(file: StructureFile): BtreeKValues {
  const { superblock } = file;
  if (superblock.extensionAddress === undefined) return superblock;
  const message = findMessage(readObjectHeader(file, superblock.extensionAddress), BTREE_K_VALUES);
  if (message === undefined) return superblock;
  const reader = messageReader(file, message);
  reader.expectVersion(0);
  const chunkInternalK = reader.u16();
  const groupInternalK = reader.u16();
  const groupLeafK = reader.u16();
  return { chunkInternalK, groupInternalK, groupLeafK };
}
