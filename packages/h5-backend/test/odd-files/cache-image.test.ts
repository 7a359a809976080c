import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runPython, temporaryFolder } from "../../../../test/support/h5py.js";
import { canAsk, h5py } from "../../../../test/support/judges.js";
import { compact, HDF5StorageManager, verify } from "../../src/index.js";

const file = temporaryFolder();
const fixture = fileURLToPath(new URL("../fixtures/cache-image.h5", import.meta.url));

function copy(name: string): string {
  const path = file(name);
  copyFileSync(fixture, path);
  return path;
}

const VALUES = Float64Array.of(1, 2, 3, 4);

describe("a file with a metadata cache image", () => {
  it("is read", async () => {
    const m = new HDF5StorageManager(fixture);
    expect((await m.listNodes()).map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      "/group group",
      "/group/data dataset",
    ]);
    expect((await m.getData("data", { where: "group" })).data).toEqual(VALUES);
    expect(await verify(fixture)).toEqual([]);
  });

  it.each<[string, (m: HDF5StorageManager) => Promise<unknown>, unknown]>([
    ["set metadata", (m) => m.setMetadata({ a: 1 }, "group"), [[1, 2, 3, 4], ["group"]]],
    ["overwrite", (m) => m.storeData([5, 6, 7, 8], "data", { where: "group" }), [[5, 6, 7, 8], ["group"]]],
    [
      "store",
      (m) => m.storeData([1], "more"),
      [
        [1, 2, 3, 4],
        ["group", "more"],
      ],
    ],
    ["remove", (m) => m.removeData("group"), [null, []]],
  ])("is changed: %s", async (what, change, expected) => {
    const path = copy(`${what}.h5`);
    await change(new HDF5StorageManager(path));
    expect(await verify(path)).toEqual([]);
    if (!canAsk(h5py)) return;
    const script = `
with h5py.File(sys.argv[1]) as file:
    data = file["group/data"][()].tolist() if "group" in file else None
    print(json.dumps([data, sorted(file)]))
`;
    expect(JSON.parse(runPython(script, path))).toEqual(expected);
  });

  it("is left as it was by a change that fails", async () => {
    const path = copy("failed.h5");
    const m = new HDF5StorageManager(path);
    await expect(m.storeData([1, 2], "data", { where: "group" })).rejects.toThrow();
    expect((await m.getData("data", { where: "group" })).data).toEqual(VALUES);
    await compact(path);
    expect((await m.getData("data", { where: "group" })).data).toEqual(VALUES);
  });
});
