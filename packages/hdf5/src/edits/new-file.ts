import type { FilePort } from "@tvb-storage/files";
import { StructureFile } from "../headers/structure-file.js";
import { newSuperblock } from "../superblock/superblock.js";
import { createGroupObject, ROOT_ROOM } from "./insert-link.js";

/**
 * Begins an HDF5 file in an empty port: a superblock of version 2, as HDF5 1.8 writes it, and a root group without
 * links. It has no mark "open for writing" that would outlive a crash.
 */
export function createFile(port: FilePort, name?: string): StructureFile {
  port.write(newSuperblock(), 0);
  const file = new StructureFile(port, name);
  // Its address is in the superblock already.
  createGroupObject(file, ROOT_ROOM);
  file.space.save();
  return file;
}
