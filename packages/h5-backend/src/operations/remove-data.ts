import { FileStructureException } from "@tvb-storage/errors";
import { type Extent, presentObjects, removeLink, shrinkEnd } from "@tvb-storage/hdf5/internal";
import type { H5Handle } from "../session/h5-handle.js";

/**
 * Removes the link at `path`, and with the last link the object. Returns the space that becomes
 * free.
 *
 * @throws FileStructureException nothing is there.
 */
export function removeData(handle: H5Handle, path: string): readonly Extent[] {
  const cut = path.lastIndexOf("/");
  const parent = handle.find(cut === 0 ? "/" : path.slice(0, cut));
  const name = path.slice(cut + 1);
  const freed =
    parent?.object.kind === "group" &&
    handle.edit((file) => {
      const removed = removeLink(file, parent.object.address, name);
      // Free space at the end of the file is cut off.
      if (removed !== undefined) shrinkEnd(file, removed.freed);
      return removed?.freed;
    });
  if (!freed) {
    throw new FileStructureException(
      `${handle.label} has no ${path} to remove${presentObjects(handle.structure, path)}`,
    );
  }
  return freed;
}
