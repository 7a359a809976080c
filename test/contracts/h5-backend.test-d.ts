import type { BackendOptions, Progress, SyncFileSystem } from "@tvb-storage/core";
import type * as h5 from "@tvb-storage/h5-backend";
import type { StorageBackend, StorageManager } from "./core-storage.test-d.js";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/h5-backend.

interface H5Options extends BackendOptions {
  fs?: SyncFileSystem;
  fileMode?: number;
  externalContent?: "refuse" | "follow";
  durability?: "process" | "power";
  lockTimeoutMs?: number;
  originalPaths?: boolean;
  ignoreLocks?: boolean;
}

interface Values {
  HDF5StorageManager: {
    readonly ROOT_NODE_PATH: "/";
    readonly TVB_ATTRIBUTE_PREFIX: "TVB_";
    readonly BOOL_VALUE_PREFIX: "bool:";
    readonly DATETIME_VALUE_PREFIX: "datetime:";
    readonly DATE_TIME_FORMAT: string;
    readonly LOCKS: ReadonlyMap<string, { readonly locked: boolean }>;
    serializeBool: (value: boolean) => string;
    new (storageFullName: string, options?: H5Options): StorageManager;
  };
  h5Backend: StorageBackend<H5Options>;
  recover: (
    path: string,
    options?: { fs?: SyncFileSystem; force?: boolean },
  ) => Promise<"clean" | "applied" | "discarded" | "stale" | "unmarked">;
  verify: (
    path: string,
    options?: { fs?: SyncFileSystem; signal?: AbortSignal; onProgress?: Progress },
  ) => Promise<readonly { path: string; kind: "damage" | "unjudged"; problem: string }[]>;
}

export type ValuesAreThere = FitsIn<Values, typeof h5>;
export type OptionsAreGiven = FitsIn<H5Options, h5.H5Options>;
export type OptionsAreTaken = FitsIn<h5.H5Options, H5Options>;
