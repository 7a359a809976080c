import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Extent } from "../../src/bytes/extent.js";
import { removeLink } from "../../src/edits/remove-link.js";
import { shrinkEnd } from "../../src/edits/shrink-end.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { temporaryFolder } from "./h5py.js";
import { H5pyWorker } from "./h5py-worker.js";
import { MemoryPort } from "./memory-port.js";
import { runRemovals, STYLES } from "./removal-model.js";
import { removeExisting } from "./remove-existing.js";

describeWith(
  h5dump,
  h5py,
  h5stat,
)("removing links", () => {
  let worker: H5pyWorker;
  let folder: ReturnType<typeof temporaryFolder>;
  const path = () => join(folder.path, "file.h5");
  const load = () => new MemoryPort(new Uint8Array(readFileSync(path())));
  const save = (port: MemoryPort) => writeFileSync(path(), port.bytes);

  beforeAll(() => {
    worker = new H5pyWorker();
  });
  afterAll(() => worker.close());
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  describe.each(STYLES)("from a group of libver (%s, %s), creation order %s", (low, high, track) => {
    it.each([7, 60])("%i links at random, with h5py adding and deleting in between", async (count) => {
      await runRemovals(worker, path(), { low, high, track, count, seed: count, rounds: 2 });
    });

    it("until none is left, and h5py can use the empty group", async () => {
      await worker.call("create", path(), low, high, track, 30, 3);
      const port = load();
      const group = new Hdf5Structure(port).resolve("/group")?.address ?? -1;
      for (let index = 0; index < 30; index += 1) removeLink(port, group, `n${index}`);
      save(port);
      expect(await worker.call("tools", path())).toBe("");
      expect(await worker.look(path())).toMatchObject({
        names: [],
        kept: 1,
        attributes: { a0: 0, a1: 1, a2: 2 },
      });
      await worker.call("add", path(), ["x", "y"], low, high);
      expect((await worker.look(path())).names).toEqual(expect.arrayContaining(["x", "y"]));
    });
  });

  it("frees the space of links over 4 KB", async () => {
    await worker.call("create", path(), "latest", "latest", true, 20, 0);
    const script = `with h5py.File(path, "r+", libver="latest") as f:
    for name in ("long", "longer"): f["group"][name] = h5py.SoftLink("/" + "x" * 20000)`;
    await worker.call("run", script, path());
    const port = load();
    const group = new Hdf5Structure(port).resolve("/group")?.address ?? -1;
    for (const name of ["long", "longer"]) {
      const { freed } = removeExisting(port, group, name);
      expect(freed.some((extent) => extent.size > 20_000)).toBe(true);
      save(port);
      expect(await worker.call("tools", path())).toBe("");
    }
    expect((await worker.look(path())).names).toHaveLength(20);
    await worker.call("add", path(), ["x"], "latest", "latest");
    expect((await worker.look(path())).names).toHaveLength(21);
  });

  it("keeps an object that another hard link leads to, and counts its links down", async () => {
    const script = `with h5py.File(path, "w", libver=low) as f:
    f["a/data"] = np.arange(1000.0)
    f["a/again"] = f["a/data"]
    f["b"] = f["a"]
    f["c"] = f["a/data"]`;
    for (const low of ["earliest", "latest"]) {
      await worker.call("run", script.replace("low", `"${low}"`), path());
      const port = load();
      const structure = new Hdf5Structure(port);
      const address = structure.resolve("/a/data")?.address ?? -1;
      expect(structure.object(address).linkCount).toBe(3);
      expect(removeLink(port, structure.root, "a")).toMatchObject({ objectGone: false, freed: [] });
      expect(new Hdf5Structure(port).object(address).linkCount).toBe(3);
      const removed = removeExisting(port, structure.root, "b");
      expect(removed.objectGone).toBe(true);
      expect(new Hdf5Structure(port).object(address).linkCount).toBe(1);
      expect(removed.freed.some((extent) => extent.address === address)).toBe(false);
      save(port);
      expect(
        await worker.call(
          "run",
          `f = h5py.File(path); result = [list(f), float(f["c"][...].sum()), h5py.h5o.get_info(f["c"].id).rc]; f.close()`,
          path(),
        ),
      ).toEqual([["c"], 499500, 1]);
      expect(await worker.call("tools", path())).toBe("");
    }
  });

  it("counts a committed datatype's users down, and removes it with the last", async () => {
    for (const low of ["earliest", "latest"]) {
      await worker.call(
        "run",
        `with h5py.File(path, "w", libver="${low}") as f:
    f["t"] = np.dtype("f4")
    f.create_dataset("d", (3,), dtype=f["t"])
    f.create_dataset("e", (3,), dtype=f["t"])
    f["e"].attrs.create("x", [1, 2], dtype=f["t"])
    del f["t"]`,
        path(),
      );
      const port = load();
      const structure = new Hdf5Structure(port);
      expect(removeExisting(port, structure.root, "d").freed).toHaveLength(1);
      const { freed } = removeExisting(port, structure.root, "e");
      expect(freed.length).toBeGreaterThanOrEqual(2);
      save(port);
      expect(await worker.call("tools", path())).toBe("");
    }
  });

  it("frees exactly the space that h5py frees", async () => {
    const sizes = await worker.call("run", SPACE_SCRIPT, path());
    for (const [low, before, after] of sizes as [string, number, number][]) {
      const port = new MemoryPort(new Uint8Array(readFileSync(`${path()}.${low}`)));
      expect(port.size).toBe(before);
      const structure = new Hdf5Structure(port);
      const { freed } = removeExisting(port, structure.root, "big");
      const cut = shrinkEnd(port, freed);
      expect(overlaps(freed), low).toBe(false);
      // HDF5 rounds what it allocates at the end up; the data and indexes must be gone all the same.
      expect(port.size - after, low).toBeLessThan(4096);
      expect(cut).toBe(before - port.size);
      writeFileSync(path(), port.bytes);
      expect(await worker.call("tools", path())).toBe("");
    }
  });

  it("leaves the end of a file alone that keeps track of its free space", async () => {
    await worker.call(
      "run",
      `p = h5py.h5p.create(h5py.h5p.FILE_CREATE)
p.set_file_space_strategy(h5py.h5f.FSPACE_STRATEGY_FSM_AGGR, True, 1)
a = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
a.set_libver_bounds(h5py.h5f.LIBVER_LATEST, h5py.h5f.LIBVER_LATEST)
f = h5py.File(h5py.h5f.create(path.encode(), h5py.h5f.ACC_TRUNC, p, a))
f["first"] = np.arange(10)
f["last"] = np.arange(1000)
f.close()`,
      path(),
    );
    const port = load();
    const { freed } = removeExisting(port, new Hdf5Structure(port).root, "last");
    expect(freed.some((extent) => extent.size === 8000)).toBe(true);
    expect(shrinkEnd(port, freed)).toBe(0);
    save(port);
    expect(await worker.call("tools", path())).toBe("");
    await worker.call("run", `f = h5py.File(path, "r+"); f["last"] = np.arange(2000); f.close()`, path());
    expect(await worker.call("tools", path())).toBe("");
  });

  it("touches few bytes of a group with thousands of links", async () => {
    for (const [low, high] of [
      ["earliest", "v108"],
      ["latest", "latest"],
    ]) {
      await worker.call("create", path(), low, high, false, 2000, 0);
      const port = load();
      const group = new Hdf5Structure(port).resolve("/group")?.address ?? -1;
      port.reads = 0;
      port.writes = 0;
      removeLink(port, group, "n1234");
      expect(port.reads).toBeLessThan(40);
      expect(port.writes).toBeLessThan(12);
    }
  });

  it("says so when there is no such link, and leaves the file as it was", async () => {
    for (const [low, high, track] of STYLES) {
      await worker.call("create", path(), low, high, track, 30, 0);
      const port = load();
      const group = new Hdf5Structure(port).resolve("/group")?.address ?? -1;
      const root = new Hdf5Structure(port).root;
      expect(removeLink(port, group, "no", "x.h5")).toBeUndefined();
      expect(removeLink(port, root, "no")).toBeUndefined();
      expect(port.writes).toBe(0);
    }
  });
});

/** Writes files with one big group last, and what they shrink to when h5py deletes it. */
const SPACE_SCRIPT = `
import shutil
result = []
for low in ("earliest", "v108", "latest"):
    name = path + "." + low
    with h5py.File(name, "w", libver=(low, "v108" if low == "v108" else "latest")) as f:
        f["first"] = np.arange(10)
    with h5py.File(name, "r+", libver=(low, "v108" if low == "v108" else "latest")) as f:
        g = f.create_group("big", track_order=True)
        for i in range(40):
            g.attrs[f"attribute {i}"] = "x" * 200
            g[f"d{i}"] = np.arange(100)
        g.attrs["huge"] = np.arange(6000)
        g.create_dataset("c1", data=np.arange(100_000), chunks=(1000,), compression="gzip")
        g.create_dataset("c2", data=np.arange(100_000), chunks=(50,), maxshape=(None,))
        g.create_dataset("c3", data=np.zeros((100, 100)), chunks=(5, 5), maxshape=(None, None))
        g.create_dataset("c4", data=np.arange(100_000), chunks=(20,))
    shutil.copy(name, name + ".copy")
    import os
    before = os.path.getsize(name)
    with h5py.File(name + ".copy", "r+") as f:
        del f["big"]
    result.append([low, before, os.path.getsize(name + ".copy")])
`;

import { describeWith, h5dump, h5py, h5stat } from "../../../../test/support/judges.js";

function overlaps(extents: readonly Extent[]): boolean {
  const sorted = [...extents].sort((left, right) => left.address - right.address);
  return sorted.some((extent, index) => {
    const next = sorted[index + 1];
    return next !== undefined && extent.address + extent.size > next.address;
  });
}
