import type { NodeInfo } from "@tvb-storage/core";
import type { FilterDecoders } from "@tvb-storage/hdf5";
import { listObjects, undecodableReason } from "@tvb-storage/hdf5/internal";
import type { H5Handle } from "../session/h5-handle.js";

/**
 * Every object below `where` once, and every link that is not a hard link; `depth` levels of groups.
 *
 * @throws FileStorageException `where` itself cannot be read.
 */
export function listNodes(
  handle: H5Handle,
  where: string,
  depth: number,
  filters: FilterDecoders | undefined,
): NodeInfo[] {
  return listObjects(handle.structure, handle.node(where), depth, (stored) =>
    undecodableReason(stored, filters),
  );
}
