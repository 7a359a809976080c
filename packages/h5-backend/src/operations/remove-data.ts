import { FileStructureException } from "@tvb-storage/errors";
import { type Extent, presentObjects, removeLink, shrinkEnd } from "@tvb-storage/hdf5/internal";
import type { FileView } from "../session/file-view.js";

/**
 * Removes the link at `path`, and with the last link the object. Gives the space that is free then.
 *
 * @throws FileStructureException nothing is there.
 */
export function removeData(view: FileView, path: string): readonly Extent[] {
  if (view.isOpen) {
    // What is read from here on is what is edited: closing may still write.
    view.closeFile();
    view.forget();
  }
  const cut = path.lastIndexOf("/");
  const parent = view.find(cut === 0 ? "/" : path.slice(0, cut));
  const name = path.slice(cut + 1);
  const { file } = view.structure;
  const freed =
    parent?.object.kind === "group" &&
    view.edit(() => {
      const removed = removeLink(file, parent.object.address, name);
      // What was at the end of the file goes with it.
      if (removed !== undefined) shrinkEnd(file, removed.freed);
      return removed?.freed;
    });
  if (!freed) {
    throw new FileStructureException(
      `${view.label} has no ${path} to remove${presentObjects(view.structure, path)}`,
    );
  }
  return freed;
}
