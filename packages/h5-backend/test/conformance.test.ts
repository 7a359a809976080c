import { readFileSync } from "node:fs";
import { type CompoundSample, describeStorageManager } from "@tvb-storage/testkit/suites";
import { h5Backend } from "../src/index.js";

/** Written by h5py: `np.array([(1, (2, 3)), (4, (5, 6))], dtype=[("first", "<u1"), ("inner", [("a", "<i4"), ("b", ">i2")])])` */
const nested: CompoundSample = {
  dataset: "nested",
  shape: [2],
  fields: {
    first: { dtype: "uint8", entries: [1, 4] },
    "inner.a": { dtype: "int32", entries: [2, 5] },
    "inner.b": { dtype: "int16", entries: [3, 6] },
  },
};

describeStorageManager(h5Backend, {
  // More sequences are in the deep tests.
  depth: 0.25,
  processes: { module: new URL("../dist/index.js", import.meta.url), backend: "h5Backend" },
  compound: async (path, fs) => {
    const bytes = readFileSync(new URL("../../../fixtures/h5py/compounds.h5", import.meta.url));
    const handle = await fs.promises.open(path, "w");
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.close();
    return nested;
  },
});
