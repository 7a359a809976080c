import { randomUUID } from "node:crypto";
import { createBackendRegistry, type StorageManager } from "@tvb-storage/core";
import { h5Backend } from "@tvb-storage/h5-backend";
import { StorageInterface } from "@tvb-storage/storage";

/** The names of The Virtual Brain's folders and files in a project. */
export const PROJECT_FILE = "Project.xml";
export const IMAGES_FOLDER = "IMAGES";
export const TEMP_FOLDER = "TEMP";

const backends = createBackendRegistry([h5Backend]);

/** Opens a datatype's file with the backend of its extension; here there is only one. */
export function openDatatype(path: string): StorageManager {
  return backends.open(h5Backend.name, path);
}

/** A datatype's file. */
export interface Datatype {
  readonly path: string;
  /** As attributes have it: its own `gid`, and those of datatypes that refer to it. */
  readonly gid: string;
}

/** One storage root: its folders and the datatypes in them. */
export class Storage {
  readonly files: StorageInterface;

  constructor(readonly root: string) {
    this.files = new StorageInterface({ storageRoot: root });
  }

  /** `<project>/<operation>/<Type>_<32 hex digits>.h5`, where the folder exists and the file does not yet. */
  async newDatatype(project: string, operation: number, type: string): Promise<Datatype> {
    const uuid = randomUUID();
    return { path: await this.files.pathFor(operation, type, uuid, project), gid: `urn:uuid:${uuid}` };
  }
}

/** The name by which a manager's methods know a node that `listNodes` lists as `/group/data`. */
export function nodeName(path: string): string {
  return path.slice(1);
}
