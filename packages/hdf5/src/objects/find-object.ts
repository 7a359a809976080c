import { FileStorageException, FileStructureException, MissingDataSetException } from "@tvb-storage/errors";
import { MissingBytes, presentInstead } from "@tvb-storage/files/internal";
import type { Hdf5Structure } from "./hdf5-structure.js";
import type { DatasetInfo, ObjectInfo } from "./object-info.js";

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
    } catch (error) {
      if (error instanceof MissingBytes) throw error;
      // What cannot be listed is not what the message is about.
      return undefined;
    }
  });
}

/**
 * The dataset at a path.
 *
 * @throws MissingDataSetException nothing is there.
 * @throws FileStructureException it is a group or a datatype.
 */
export function datasetAt(structure: Hdf5Structure, path: string): DatasetInfo {
  const found = findObject(structure, path);
  const { name } = structure.file;
  if (found === undefined)
    throw new MissingDataSetException(`${name} has no dataset ${path}${presentObjects(structure, path)}`);
  if (found.object.kind === "dataset") return found.object;
  throw new FileStructureException(`${name}: ${path} is a ${found.object.kind}, not a dataset`);
}
