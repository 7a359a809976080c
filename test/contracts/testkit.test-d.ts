import type { FileSystem } from "@tvb-storage/core";
import type * as kit from "@tvb-storage/testkit";
import type * as suites from "@tvb-storage/testkit/suites";
import type { StorageBackend } from "./core-storage.test-d.js";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/testkit.

interface Values {
  memoryBackend: StorageBackend;
  createMemoryFs: () => FileSystem;
  faultyFs: (fs: FileSystem, plan: kit.FaultPlan) => FileSystem;
}

export type ValuesAreThere = FitsIn<Values, typeof kit>;
export type FaultsAreEnumerated = typeof kit.enumerateFaults;

/** The suites only have to exist; their parameters are not fixed. */
export type Suites = [typeof suites.describeStorageManager, typeof suites.describeProjectStructure];
