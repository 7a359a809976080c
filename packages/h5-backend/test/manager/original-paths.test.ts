import { describe, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { h5py, itWith } from "../../../../test/support/judges.js";
import { HDF5StorageManager } from "../../src/index.js";

const file = temporaryFolder();

/** How the Python original names a node: `where` and the name, one behind the other. */
const ORIGINAL = `
def path(where, name):
    return where + name
`;

describe("originalPaths", () => {
  it("is about the spelling only: joining stays the default", async () => {
    const original = new HDF5StorageManager(file("sparse.h5"), { originalPaths: true });
    const joined = new HDF5StorageManager(file("sparse.h5"));
    await original.setMetadata({ format: "csr" }, "", { where: "matrix" });
    await original.storeData([1, 2], "data", { where: "matrix" });
    await joined.storeData([3], "data", { where: "other" });
    await original.storeData([4], "b", { where: "/a/" });
    expect((await joined.listNodes()).map(({ path }) => path)).toEqual([
      "/a",
      "/a/b",
      "/matrix",
      "/matrixdata",
      "/other",
      "/other/data",
    ]);
    expect(await joined.getMetadata("matrix")).toEqual({ format: "csr" });
    expect((await original.getData("data", { where: "matrix" })).shape).toEqual([2]);
    await expect(joined.getData("data", { where: "matrix" })).rejects.toThrow("/matrix/data");
    const blocks: number[] = [];
    for await (const { block } of original.streamData("data", { where: "matrix" }))
      blocks.push(...Array.from(block.data, Number));
    expect(blocks).toEqual([1, 2]);
    await original.appendData([5], "rows", { where: "matrix" });
    expect(await joined.getDataShape("matrixrows")).toEqual([1]);
    await original.removeMetadata("format", "", { where: "matrix" });
    await original.removeData("data", { where: "matrix" });
    expect(await joined.getData("matrixdata", { ignoreErrors: true })).toBeNull();
  });

  it("takes true or false", () => {
    expect(() => new HDF5StorageManager("x.h5", { originalPaths: 1 as never })).toThrow("originalPaths");
  });

  itWith(h5py)("writes a sparse matrix that h5py reads as the original does", async () => {
    const manager = new HDF5StorageManager(file("ours.h5"), { originalPaths: true });
    const where = "matrix";
    await manager.setMetadata({ format: "csr", dtype: "float64" }, "", { where });
    await manager.storeData([0.5, 1.5], "data", { where });
    await manager.storeData(Int32Array.of(0, 1), "indices", { where });
    await manager.storeData(Int32Array.of(0, 1, 2), "indptr", { where });
    await manager.closeFile();
    const output = runPython(
      `${ORIGINAL}
with h5py.File(sys.argv[1], "r") as f:
    get = lambda name: f[path("matrix", name)][()].tolist()
    node = f[path("matrix", "")]
    print(json.dumps([get("data"), get("indices"), get("indptr"), node.attrs["TVB_format"], node.shape, sorted(f)]))`,
      file("ours.h5"),
    );
    expect(JSON.parse(output)).toEqual([
      [0.5, 1.5],
      [0, 1],
      [0, 1, 2],
      "csr",
      [1],
      ["matrix", "matrixdata", "matrixindices", "matrixindptr"],
    ]);
  });

  itWith(h5py)("reads a sparse matrix that h5py wrote as the original does", async () => {
    runPython(
      `${ORIGINAL}
with h5py.File(sys.argv[1], "w", libver="latest") as f:
    f.create_dataset(path("matrix", ""), (1,)).attrs["TVB_format"] = "csr"
    f.create_dataset(path("matrix", "data"), data=np.array([0.5, 1.5]))
    f.create_dataset(path("matrix", "indices"), data=np.array([0, 1], dtype="i4"))
    f.create_dataset(path("/a", "/b"), data=np.array([7]))`,
      file("theirs.h5"),
    );
    const manager = new HDF5StorageManager(file("theirs.h5"), { originalPaths: true });
    expect(await manager.getMetadata("", { where: "matrix" })).toEqual({ format: "csr" });
    expect((await manager.getData("data", { where: "matrix" })).data).toEqual(Float64Array.of(0.5, 1.5));
    expect((await manager.getData("indices", { where: "matrix" })).data).toEqual(Int32Array.of(0, 1));
    expect((await manager.getData("/b", { where: "/a" })).data).toEqual(BigInt64Array.of(7n));
  });
});

describe("paths of files of others", () => {
  itWith(h5py)("reads and changes what is called .., and creates no more of it", async () => {
    runPython(
      `
with h5py.File(sys.argv[1], "w") as f:
    f.create_group("..").create_dataset("x", data=[1])
    f["../.."] = np.array([2])`,
      file("dots.h5"),
    );
    const manager = new HDF5StorageManager(file("dots.h5"));
    const paths = (await manager.listNodes()).map(({ path }) => path);
    expect(paths).toEqual(["/..", "/../..", "/../x"]);
    expect((await manager.getData("/../x")).data).toEqual(BigInt64Array.of(1n));
    expect((await manager.getData("/../..")).data).toEqual(BigInt64Array.of(2n));
    await manager.storeData(BigInt64Array.of(3n), "/../..");
    await manager.storeData([4], "/../y");
    await expect(manager.storeData([5], "/../z/../q")).rejects.toThrow('".."');
    await manager.removeData("/../x");
    expect((await manager.listNodes()).map(({ path }) => path)).toEqual(["/..", "/../..", "/../y"]);
  });
});
