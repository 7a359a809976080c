import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "vitest";
import { describeWith, h5dump, h5py, h5stat } from "../../../../test/support/judges.js";
import { temporaryFolder } from "./h5py.js";
import { H5pyWorker } from "./h5py-worker.js";
import { runAttributeRemovals, runRemovals, STYLES } from "./removal-model.js";

describeWith(
  h5dump,
  h5py,
  h5stat,
)("long runs of removals, judged by h5py, h5stat and h5dump", () => {
  let worker: H5pyWorker;
  let folder: ReturnType<typeof temporaryFolder>;
  beforeAll(() => {
    worker = new H5pyWorker();
  });
  afterAll(() => worker.close());
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  describe.each(STYLES)("libver (%s, %s), creation order %s", (low, high, track) => {
    it.each([3, 9, 45, 333, 3000])("%i links", async (count) => {
      const rounds = count > 500 ? 4 : 8;
      for (const seed of count > 100 ? [1] : [1, 2]) {
        await runRemovals(worker, join(folder.path, "file.h5"), { low, high, track, count, seed, rounds });
      }
    });

    it.each([
      [2, 1],
      [9, 1],
      [40, 3],
      [40, 600],
      [300, 2],
    ])("%i attributes of %i numbers", async (count, size) => {
      const path = join(folder.path, "file.h5");
      await runAttributeRemovals(worker, path, { low, high, track, count, seed: 5, rounds: 5, size });
    });
  });
});
