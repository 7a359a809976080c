import { FileStructureException } from "@tvb-storage/errors";
import { disk } from "#platform";
import type { FileSystem } from "./file-system.js";

/**
 * The disk, which is used where no file system is given.
 *
 * @throws FileStructureException in a browser, which has none.
 */
export function defaultFileSystem(): FileSystem {
  if (disk !== undefined) return disk;
  throw new FileStructureException(
    "there is no disk here: pass a file system as `fs`, such as memoryFileSystem()",
  );
}
