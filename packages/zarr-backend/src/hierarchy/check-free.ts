import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import type { ReadableStore } from "../stores/object-store.js";
import { DOCUMENTS, keyOf } from "./hierarchy.js";
import { RESERVED } from "./intent.js";
import type { LoadedHierarchy } from "./load.js";

/**
 * Before a node is made where the hierarchy has none.
 *
 * @throws FileStructureException a name of the format, or something that another program has put there since.
 */
export async function checkFree(
  store: ReadableStore,
  path: string,
  format: 2 | 3,
  found: LoadedHierarchy | undefined,
): Promise<void> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === RESERVED || DOCUMENTS[format].includes(name))
    throw new FileStructureException(`the name ${quoted(name)} is Zarr's own; choose another one`);
  if (found === undefined || found.nodes.has(path)) return;
  const keys = DOCUMENTS[format].filter((each) => each !== ".zattrs" && each !== ".zmetadata");
  for (const key of keys)
    if ((await store.get(keyOf(path) + key)) !== undefined)
      throw new FileStructureException(
        `another program has put ${path} there, which the consolidated metadata does not have; run zarr.consolidate_metadata first`,
      );
}
