import { FileStructureException } from "@tvb-storage/errors";
import { createGroupObject, insertLink } from "@tvb-storage/hdf5/internal";
import type { H5Handle } from "../session/h5-handle.js";
import { missingParents } from "./missing-parents.js";

/**
 * Makes a group, with those that it is in; does nothing where it is there.
 *
 * @throws FileStructureException it, or something above it, is not a group, or a new name is `..`.
 */
export async function createGroup(handle: H5Handle, path: string): Promise<void> {
  const found = handle.find(path);
  if (found?.object.kind === "group") return;
  if (found !== undefined)
    throw new FileStructureException(
      `${handle.label}: the group ${path} cannot be created: a ${found.object.kind} is there`,
    );
  for (const group of [...missingParents(handle, path), path]) {
    const cut = group.lastIndexOf("/");
    const parent = handle.node(group.slice(0, cut) || "/").object.address;
    const name = group.slice(cut + 1);
    const isFree = handle.structure.link(parent, name) === undefined;
    // A link that leads nowhere, or out of the file: HDF5 says what is wrong.
    if (isFree && handle.tryEdit((file) => insertLink(file, parent, name, () => createGroupObject(file))))
      continue;
    await handle.loadHdf5();
    handle.forWriting().createGroup(group);
  }
}
