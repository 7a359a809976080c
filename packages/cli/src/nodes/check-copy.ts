import type { StorageManager } from "@tvb-storage/core";
import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { defaultFileSystem, pathStats } from "@tvb-storage/files";
import { type Context, withStorage } from "../context.js";
import { isAddress } from "../trees/address.js";

interface Place {
  readonly path: string;
  readonly node: string;
}

/** What a copy that is not made would be refused for: what is in its place already. */
export async function checkCopy(
  context: Context,
  from: Place,
  { path, node }: Place,
  overwrite: boolean,
): Promise<void> {
  const isThere = await withStorage(context, path, async (manager) => {
    if (overwrite || !(await isSomethingAt(manager))) return false;
    try {
      const nodes = await manager.listNodes({ where: node, depth: 1 });
      return node !== "/" || nodes.length > 0;
    } catch (error) {
      if (isTVBException(error, "MISSING_DATASET")) return false;
      throw error;
    }
  });
  if (isThere)
    throw new FileStructureException(
      `${path} has ${node} already, where ${from.node} of ${from.path} would be copied; give another target node, or replace it (--overwrite)`,
    );
}

async function isSomethingAt(manager: StorageManager): Promise<boolean> {
  if (isAddress(manager.path)) return manager.isValidTvbFile();
  return (await pathStats(defaultFileSystem(), manager.path, { followLinks: true })) !== undefined;
}
