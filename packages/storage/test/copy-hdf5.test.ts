import fs from "node:fs";
import { withLogging } from "@tvb-storage/core";
import { verify } from "@tvb-storage/h5-backend";
import { createMemoryFs } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { FIXTURES, runPython, temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5diff, h5py } from "../../../test/support/judges.js";
import { copyStorage } from "../src/index.js";
import { differences, expectExactCopy, h5diffs, manager } from "./support/judged-copies.js";
import { bytesOf, copyOn, expectCopyOrNothing, filesToCopy, SHORT_PLANS } from "./support/one-commit.js";

const folder = temporaryFolder("copy-hdf5");
/** What takes h5py and h5diff long, and other versions of the same content, are in the deep tests. */
const LONG = /^attributes-|-(v108|latest)\.h5$/;
const names = fs.readdirSync(FIXTURES).filter((name) => name.endsWith(".h5") && !LONG.test(name));

describeWith(h5py, h5diff)("copyStorage between HDF5 files", () => {
  it.each(names)("copies %s, and h5py and h5diff find nothing else", (name) =>
    expectExactCopy(name, folder(name)),
  );

  it("copies nodes within a file, and into one that h5py made", async () => {
    const path = folder("within.h5");
    fs.copyFileSync(`${FIXTURES}/layouts-earliest.h5`, path);
    const file = manager(path);
    const [first] = (await file.listNodes({ depth: 1 })).filter(({ kind }) => kind === "dataset");
    const name = first?.path ?? "";
    expect((await copyStorage(file, file, { from: name, to: "copies/one" })).problems).toEqual([]);
    expect(h5diffs(path, path, name, "/copies/one")).toBe("");
    const other = folder("strings-too.h5");
    fs.copyFileSync(`${FIXTURES}/strings.h5`, other);
    expect((await copyStorage(file, manager(other), { to: "/layouts" })).problems).toEqual([]);
    expect(h5diffs(path, other, "/copies", "/layouts/copies")).toBe("");
    expect(await verify(other)).toEqual([]);
  });

  it("is as exact between managers whose calls are logged", async () => {
    const note = (): void => undefined;
    const logger = { debug: note, warn: note, error: note };
    const [path, copy] = [`${FIXTURES}/groups-latest.h5`, folder("logged.h5")];
    const { problems } = await copyStorage(
      withLogging(withLogging(manager(path), logger), logger),
      withLogging(manager(copy), logger),
    );
    expect(problems).toEqual([]);
    expect(differences(path, copy)).toEqual([]);
  });

  it("replaces what is there in one step, where it is asked to", async () => {
    const [path, other] = [folder("replaced.h5"), folder("by.h5")];
    await manager(path).storeData([1, 2, 3], "x/y");
    await manager(other).storeData(["text"], "x/z");
    const copied = copyStorage(manager(other), manager(path), { from: "x", overwrite: false });
    await expect(copied).rejects.toThrow(
      `expected nothing at /x of ${path}, found a group (/x); give another path`,
    );
    await copyStorage(manager(other), manager(path), { from: "x", overwrite: true });
    expect((await manager(path).listNodes()).map((node) => node.path)).toEqual(["/x", "/x/z"]);
    await copyStorage(manager(other), manager(path), { overwrite: true });
    expect(h5diffs(other, path)).toBe("");
  });

  it("has rows that were appended and are not committed yet", async () => {
    const source = manager(folder("rows.h5"));
    await source.appendData([[1], [2]], "rows", { growDimension: 0 });
    await source.appendData([[3]], "rows", { growDimension: 0, closeFile: false });
    const target = manager(folder("rows-copied.h5"));
    await copyStorage(source, target);
    expect(await target.getDataShape("rows")).toEqual([3, 1]);
    await target.appendData([[4]], "rows", { growDimension: 0 });
    await source.closeFile();
  });

  it("keeps the root's order of creation, and fill values of texts, as a netCDF-4 file has them", async () => {
    const [path, copy] = [`${FIXTURES}/../foreign/weather.nc`, folder("weather.nc")];
    expect((await copyStorage(manager(path), manager(copy))).problems).toEqual([]);
    expect(differences(path, copy)).toEqual([]);
    const found = runPython(`print(list(h5py.File(sys.argv[1], "r").attrs))`, copy);
    expect(found.trim()).toBe("['title', '_NCProperties']");
  });

  it("keeps references within a file, also to what is not copied, and says which are lost in another", async () => {
    const [path, other] = [folder("references.h5"), folder("references-elsewhere.h5")];
    runPython(
      `
with h5py.File(sys.argv[1], "w") as f:
    f["group/data"] = np.arange(4)
    f["type"] = np.dtype("<i4")
    f.create_dataset("typed", data=np.arange(3, dtype="i4"), dtype=f["type"])
    f["references"] = np.array([f["group"].ref, f["group/data"].ref], dtype=h5py.ref_dtype)
    regions = f.create_dataset("regions", (1,), dtype=h5py.regionref_dtype)
    regions[0] = f["group/data"].regionref[1:3]
    f["scale"] = np.arange(2.0)
    f["scale"].make_scale("x")
    f["scaled"] = np.zeros(2)
    f["scaled"].dims[0].attach_scale(f["scale"])`,
      path,
    );
    const file = manager(path);
    for (const name of ["references", "regions", "scaled", "typed"])
      expect((await copyStorage(file, file, { from: name, to: `copies/${name}` })).problems).toEqual([]);
    const script = `
f = h5py.File(sys.argv[1], "r")["copies"]
print([f[r].name for r in f["references"]], f[f["regions"][0]].name, f["regions"][0] and f["/group/data"][f["regions"][0]].tolist())
print(f["scaled"].dims[0].keys(), f["typed"].id.get_type().committed())`;
    expect(runPython(script, path).trim().split("\n")).toEqual([
      "['/group', '/group/data'] /group/data [1, 2]",
      "['x'] True",
    ]);
    expect(await verify(path)).toEqual([]);
    const lost = await copyStorage(file, manager(other), { from: "references" });
    expect(lost.problems).toEqual([
      { path: "/references", problem: "2 references to objects that are not copied are null in the copy" },
    ]);
    // What is replaced is no object any more.
    const replaced = await copyStorage(file, file, { from: "references", to: "group", overwrite: true });
    expect(replaced.problems).toMatchObject([{ path: "/references", problem: lost.problems[0]?.problem }]);
    expect(await verify(path)).toEqual([]);
  });

  it("copies hundreds of nodes", async () => {
    const path = folder("many.h5");
    runPython(
      `
with h5py.File(sys.argv[1], "w") as f:
    for i in range(400):
        d = f.create_dataset(f"group/{i:04}", data=np.arange(3) + i)
        d.attrs["i"] = i`,
      path,
    );
    const report = await copyStorage(manager(path), manager(folder("many-copied.h5")));
    expect(report).toMatchObject({ groups: 1, datasets: 400, attributes: 400, problems: [] });
    expect(differences(path, folder("many-copied.h5"))).toEqual([]);
  });
});

describe("copyStorage between HDF5 files, whatever happens", () => {
  it("refuses to copy a node into itself, and what is not there", async () => {
    const path = folder("itself.h5");
    const file = manager(path);
    await file.storeData([1], "a/b");
    const before = fs.readFileSync(path);
    await expect(copyStorage(file, file, { from: "a", to: "a/b/c" })).rejects.toThrow("/a/b/c is within /a");
    await expect(copyStorage(file, file, { to: "copy" })).rejects.toThrow("within /");
    await expect(copyStorage(file, file, { from: "a" })).rejects.toThrow("/a is /a, which is to be copied");
    await expect(copyStorage(file, file, { from: "a/b", to: "a", overwrite: true })).rejects.toThrow(
      "is within /a, which is to be replaced",
    );
    await expect(copyStorage(file, file, { from: "z", to: "y" })).rejects.toMatchObject({
      code: "MISSING_DATASET",
    });
    await expect(copyStorage(manager(folder("none.h5")), file, { to: "y" })).rejects.toMatchObject({
      code: "FILE_STRUCTURE",
    });
    expect(fs.readFileSync(path)).toEqual(before);
    await expect(copyStorage(file, manager(folder("new.h5")), { from: "z" })).rejects.toThrow("z");
    expect(fs.existsSync(folder("new.h5"))).toBe(false);
  });

  it("leaves out what is not included", async () => {
    const file = manager(`${FIXTURES}/groups-latest.h5`);
    const target = manager(folder("included.h5"));
    await copyStorage(file, target, { include: ({ kind, path }) => kind !== "link" && path !== "/links" });
    const nodes = await target.listNodes();
    expect(nodes.filter(({ kind, path }) => kind === "link" || path.startsWith("/links"))).toEqual([]);
    expect(nodes.length).toBeGreaterThan(3);
    expect(await verify(folder("included.h5"))).toEqual([]);
  });

  it("stops at every progress, and leaves the target as it was", async () => {
    const made = await filesToCopy();
    const limit = 100;
    let ended = 0;
    for (let stop = 1; stop < limit && ended === 0; stop++) {
      const on = createMemoryFs(made);
      const controller = new AbortController();
      let at = 0;
      const onProgress = (): void => {
        at += 1;
        if (at === stop) controller.abort();
      };
      const outcome = await copyOn(on, { signal: controller.signal, onProgress }).catch(
        (error: unknown) => error,
      );
      if (!(outcome instanceof Error)) ended = stop;
      else expect(bytesOf(on, "/b.h5")).toEqual(made["/b.h5"]);
    }
    expect(ended).toBeGreaterThan(3);
  });

  it("is whole or not at all, whichever call of the file system fails or is the last", {
    timeout: 120_000,
  }, async () => {
    for (const plan of SHORT_PLANS) await expectCopyOrNothing(plan);
  });
});
