import nodeFs from "node:fs";
import { createFsFromVolume, Volume } from "memfs";
import type { FileSystem } from "../src/file-system.js";

// node:fs and memfs satisfy the port as they are.
export const disk: FileSystem = nodeFs;
export const memory: FileSystem = createFsFromVolume(new Volume());
