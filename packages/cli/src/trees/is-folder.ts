import { defaultFileSystem, fileException, pathStats } from "@tvb-storage/files";
import type { Context } from "../context.js";
import { isAddress } from "./address.js";

/** Whether a path is a folder of files, not one that a backend stores. */
export async function isFolderOfFiles({ backends }: Context, path: string): Promise<boolean> {
  if (isAddress(path)) return false;
  const stats = await pathStats(defaultFileSystem(), path, { followLinks: true }).catch((error: unknown) => {
    throw fileException(error, `cannot read ${path}`);
  });
  if (stats?.kind !== "folder") return false;
  const storedAs = (await backends.find(path))?.supports.storedAs;
  return storedAs === undefined || storedAs === "file";
}
