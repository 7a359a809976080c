import { afterEach, beforeEach, it } from "vitest";
import { describeWith, h5dump, h5py } from "../../../../test/support/judges.js";
import { extensible, judgeChunks, randomCase } from "./chunk-array-model.js";
import { temporaryFolder } from "./h5py.js";

describeWith(h5dump, h5py)("many changes of chunks in the arrays of HDF5's latest format", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it.each([{}, { compression: "gzip" }])(
    "appends some to an extensible array, and sets some far apart: %o",
    (filters) => judgeChunks(folder.path, extensible(filters)),
  );

  it("makes 60 random sequences of changes", async () => {
    for (let seed = 1000; seed < 1060; seed += 1) await judgeChunks(folder.path, randomCase(seed));
  });
});
