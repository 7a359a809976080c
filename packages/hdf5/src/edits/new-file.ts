import type { FilePort } from "@tvb-storage/files";
import { StructureFile } from "../headers/structure-file.js";
import { newSuperblock } from "../superblock/superblock.js";
import { createGroupObject } from "./insert-link.js";

/** For some attributes and all links that a group keeps in its header. */
const ROOT_ROOM = 400;

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
