import { afterEach, beforeEach, it } from "vitest";
import { describeWith, h5dump, h5py } from "../../../../test/support/judges.js";
import { fixed, judgeChunks, partly, placed, randomCase } from "./chunk-array-model.js";
import { temporaryFolder } from "./h5py.js";

describeWith(h5dump, h5py)("chunks in the arrays of HDF5's latest format", () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it.each([{}, { compression: "gzip", shuffle: true }])(
    "are set in a fixed array with pages: %o",
    (filters) => judgeChunks(folder.path, fixed(filters)),
  );

  it("keep what several writes of parts have put into one of them", () => judgeChunks(folder.path, partly));

  it.each([7, 100])("are overwritten where they follow each other, %i elements each", (chunk) =>
    judgeChunks(folder.path, placed(chunk)),
  );

  it.each(Array.from({ length: 3 }, (_, seed) => seed))("are changed at random, seed %i", (seed) =>
    judgeChunks(folder.path, randomCase(seed + 1)),
  );
});
