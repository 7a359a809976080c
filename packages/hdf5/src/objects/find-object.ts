import { FileStorageException, MissingDataSetException } from "@tvb-storage/errors";
import { presentInstead } from "@tvb-storage/files/internal";
import type { Hdf5Structure } from "./hdf5-structure.js";
import type { ObjectInfo } from "./object-info.js";

/** An object of a file, by the path that was asked for. */
export interface FoundObject {
  readonly path: string;
  readonly object: ObjectInfo;
}

/**
 * The object at `path`, or undefined where there is none.
 *
 * @throws FileStorageException the path leaves the file.
 */
export function findObject(structure: Hdf5Structure, path: string): FoundObject | undefined {
  const found = structure.trace(path);
  if (found === undefined) return undefined;
  if (found.kind === "outside") {
    const { link } = found;
    const target = link.kind === "external" ? ` to ${link.path} in ${link.file}` : "";
    throw new FileStorageException(
      `${structure.file.name}: ${path} is ${link.kind === "external" ? "an external" : "a user-defined"} link${target}; content outside the file is not read`,
    );
  }
  return { path, object: structure.object(found.address) };
}

/** @throws MissingDataSetException there is no object at `path`. */
export function objectAt(structure: Hdf5Structure, path: string): FoundObject {
  const found = findObject(structure, path);
  if (found !== undefined) return found;
  throw new MissingDataSetException(
    `${structure.file.name} has no ${path}${presentObjects(structure, path)}`,
  );
}

/** For the message about an object that is missing: what is there. */
export function presentObjects(structure: Hdf5Structure, path: string): string {
  return presentInstead(path, (group) => {
    try {
      const found = structure.trace(group);
      if (found?.kind !== "object" || structure.object(found.address).kind !== "group") return undefined;
      return structure.links(found.address).map(({ name }) => name);
    } catch {
      // What cannot be listed is not what the message is about.
      return undefined;
    }
  });
}
