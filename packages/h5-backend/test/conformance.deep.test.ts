import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { HDF5StorageManager, h5Backend } from "../src/index.js";

// With everything written by HDF5, as `conformance.test.ts` with what writes by default.
describeStorageManager({
  ...h5Backend,
  name: "h5 with engine h5wasm",
  open: (path, options) => new HDF5StorageManager(path, { ...options, engine: "h5wasm" }),
});
