import { copyFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { type Expected, type ExpectedFile, readExpected } from "../../../test/support/expected.js";
import { FIXTURES, temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5py, h5stat } from "../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../src/index.js";
import { H5pyServer } from "./removal/h5py-server.js";

const file = temporaryFolder();

const floats = (...values: number[]): Expected => ({
  dtype: "float64",
  shape: [values.length],
  values: values.map((value) => (Number.isInteger(value) ? `${value}.0` : String(value))),
});

/** What h5py must see after the changes below. */
function changed(before: ExpectedFile): Omit<ExpectedFile, "addresses"> {
  const { addresses, ...rest } = before;
  // The root group has other names too where there are cycles.
  const roots = Object.keys(addresses).filter((path) => addresses[path] === addresses["/"]);
  const ofRoot = { ...before.attributes["/"], TVB_added: { dtype: "int64", shape: [], values: ["7"] } };
  return {
    ...rest,
    datasets: { ...before.datasets, "/added/data": floats(1.5, 2, 3), "/added/rows": floats(1, 2, 3, 4) },
    attributes: {
      ...before.attributes,
      ...Object.fromEntries(roots.map((path) => [path, ofRoot])),
      "/added/data": {
        TVB_numbers: { dtype: "float64", shape: [2], values: ["1.5", "2.0"] },
        TVB_text: { dtype: "string", shape: [], values: ["ä"] },
      },
    },
    groups: [...before.groups, "/added"].sort(),
    linkCounts: { ...before.linkCounts, "/added": 1, "/added/data": 1, "/added/rows": 1 },
  };
}

describeWith(h5py, h5stat)("a file of h5py that is changed", () => {
  const server = new H5pyServer();
  afterAll(() => server.close());

  it.each([
    "numbers",
    "strings",
    "compounds",
    "layouts-earliest",
    "layouts-v110",
    "layouts-latest",
    "groups-earliest",
    "groups-v108",
    "groups-latest",
    "attributes-latest",
    "refused",
    "paged",
    "free-space-kept",
    "sizes-4",
    "sizes-4-8",
    "shared-messages",
  ])("has the changes, and everything else as it was: %s.h5", async (name) => {
    const path = file(`${name}.h5`);
    copyFileSync(`${FIXTURES}/${name}.h5`, path);
    const manager = new HDF5StorageManager(path);
    await manager.storeData([1, 2, 3], "added/data");
    await manager.storeData([1.5, 2, 3], "added/data");
    await manager.setMetadata({ numbers: [1.5, 2], text: "ä", gone: 1 }, "added/data");
    await manager.removeMetadata("gone", "added/data");
    await manager.appendData([1, 2], "added/rows", { chunks: [3] });
    await manager.appendData([3, 4], "added/rows");
    await manager.storeData(["x", "y"], "added/removed");
    await manager.removeData("added/removed");
    await manager.setMetadata({ added: 7 });
    await manager.closeFile();

    const before = readExpected(`${FIXTURES}/${name}.h5`);
    const { addresses: _addresses, groups, ...found } = await server.look(path);
    expect({ ...found, groups: [...groups].sort() }).toEqual(changed(before));
    await server.call("stat", path);
    await server.call("add", path, ["added/by_h5py"]);
    await server.call("delete", path, ["added"]);
    const unreadable = async (of: string) => (await verify(of)).map((problem) => problem.path);
    expect(await unreadable(path)).toEqual(await unreadable(`${FIXTURES}/${name}.h5`));
  });
});
