import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeWith, h5dump, h5py, h5stat } from "../../../../test/support/judges.js";
import { removeAttribute } from "../../src/edits/remove-attribute.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { temporaryFolder } from "./h5py.js";
import { H5pyWorker } from "./h5py-worker.js";
import { MemoryPort } from "./memory-port.js";
import { runAttributeRemovals, STYLES } from "./removal-model.js";

describeWith(
  h5dump,
  h5py,
  h5stat,
)("removing attributes", () => {
  let worker: H5pyWorker;
  let folder: ReturnType<typeof temporaryFolder>;
  const path = () => join(folder.path, "file.h5");

  beforeAll(() => {
    worker = new H5pyWorker();
  });
  afterAll(() => worker.close());
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  describe.each(STYLES)("of an object of libver (%s, %s), creation order %s", (low, high, track) => {
    it.each([
      [3, 1],
      [60, 2],
      [30, 700],
    ])(
      "%i with %i numbers each, at random, with h5py adding and deleting in between",
      async (count, size) => {
        await runAttributeRemovals(worker, path(), { low, high, track, count, seed: count, rounds: 2, size });
      },
    );
  });

  it("frees the space of values over 64 KB", async () => {
    await worker.call("create", path(), "latest", "latest", false, 0, 20);
    await worker.call("add_attributes", path(), ["large"], 20_000);
    const port = new MemoryPort(new Uint8Array(readFileSync(path())));
    const group = new Hdf5Structure(port).resolve("/group")?.address ?? -1;
    const freed = removeAttribute(port, group, "large");
    expect(freed.some((extent) => extent.size > 160_000)).toBe(true);
    writeFileSync(path(), port.bytes);
    expect(Object.keys((await worker.look(path())).attributes)).toHaveLength(20);
    expect(await worker.call("tools", path())).toBe("");
  });

  it("says so when there is no such attribute, and leaves the file as it was", async () => {
    for (const count of [0, 3, 30]) {
      await worker.call("create", path(), "v108", "v110", false, 0, count);
      const port = new MemoryPort(new Uint8Array(readFileSync(path())));
      const group = new Hdf5Structure(port).resolve("/group")?.address ?? -1;
      expect(() => removeAttribute(port, group, "no", "x.h5")).toThrow(
        /^x\.h5: .* has no attribute "no" to remove/,
      );
      expect(port.writes).toBe(0);
    }
  });
});
