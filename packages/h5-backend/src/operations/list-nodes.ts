import type { NodeInfo } from "@tvb-storage/core";
import { listObjects } from "@tvb-storage/hdf5/internal";
import type { FileView } from "../session/file-view.js";

/**
 * Every object below `where` once, and every link that is not a hard link; `depth` levels of groups.
 *
 * @throws FileStorageException `where` itself cannot be read.
 */
export function listNodes(view: FileView, where: string, depth: number): NodeInfo[] {
  return listObjects(view.structure, view.node(where), depth);
}
