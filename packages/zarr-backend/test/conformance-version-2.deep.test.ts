import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { ZarrStorageManager, zarrBackend } from "../src/index.ts";

describeStorageManager(
  { ...zarrBackend, name: "zarr, version 2" },
  {
    depth: 0.25,
    open: (path, fs, options) => new ZarrStorageManager(path, { ...options, fs, format: 2 }),
  },
);
