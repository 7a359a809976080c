import type { FileSystem, Logger } from "@tvb-storage/core";
import type * as helper from "@tvb-storage/fs-helper";
import type { ProjectStructure } from "./core-files.test-d.js";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/fs-helper.

interface Values {
  FilesHelper: {
    readonly PROJECTS_FOLDER: "PROJECTS";
    readonly ALLEN_MOUSE_CONNECTIVITY_CACHE_FOLDER: "ALLEN_MOUSE_CONNECTIVITY_CACHE";
    new (options: {
      storageRoot: string;
      fs?: FileSystem;
      logger?: Logger;
      isSyncing?: (projectFolder: string) => boolean;
    }): ProjectStructure;
  };
}

export type ValuesAreThere = FitsIn<Values, typeof helper>;
