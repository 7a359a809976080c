import { FileStructureException } from "@tvb-storage/errors";
import { removeLink, shrinkEnd } from "../format/index.js";
import type { FileView } from "../session/file-view.js";

/** Removes the link at `path`, and with the last link the object. */
export function removeData(view: FileView, path: string): void {
  const cut = path.lastIndexOf("/");
  const parent = view.find(cut === 0 ? "/" : path.slice(0, cut));
  const name = path.slice(cut + 1);
  const isRemoved =
    parent?.object.kind === "group" &&
    view.edit((port) => {
      const removed = removeLink(port, parent.object.address, name, view.label);
      // What was at the end of the file goes with it.
      if (removed !== undefined) shrinkEnd(port, removed.freed);
      return removed !== undefined;
    });
  if (!isRemoved) throw new FileStructureException(`${view.label} has no ${path} to remove`);
}
