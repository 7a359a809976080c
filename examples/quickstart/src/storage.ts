import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createBackendRegistry, type StorageManager } from "@tvb-storage/core";
import { FilesHelper } from "@tvb-storage/fs-helper";
import { h5Backend } from "@tvb-storage/h5-backend";

/** The names of The Virtual Brain's folders and files in a project. */
export const PROJECT_FILE = "Project.xml";
export const IMAGES_FOLDER = "IMAGES";
export const TEMP_FOLDER = "TEMP";

const backends = createBackendRegistry([h5Backend]);

/** Opens a datatype's file with the backend of its extension; here there is only one. */
export function openDatatype(path: string): StorageManager {
  return backends.open(h5Backend.name, path);
}

/** One storage root: its folders and the datatypes in them. */
export class Storage {
  readonly files: FilesHelper;

  constructor(readonly root: string) {
    this.files = new FilesHelper({ storageRoot: root });
  }

  /** `<project>/<operation>/<Type>_<32 hex digits>.h5`, where the folder exists and the file does not yet. */
  async newDatatypePath(project: string, operation: number, type: string): Promise<string> {
    const folder = await this.files.getProjectFolder(project, String(operation));
    return join(folder, `${type}_${newIdentifier()}${h5Backend.fileExtension}`);
  }
}

/** 32 hexadecimal digits, as The Virtual Brain names datatypes. */
function newIdentifier(): string {
  return randomUUID().replaceAll("-", "");
}

/** The name by which a manager's methods know a node that `listNodes` lists as `/group/data`. */
export function nodeName(path: string): string {
  return path.slice(1);
}
