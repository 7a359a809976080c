import { HDF5StorageManager, verify } from "@tvb-storage/h5-backend";
import { describe, expect, it } from "vitest";
import { FIXTURES, temporaryFolder } from "../../../test/support/h5py.js";
import { copyStorage } from "../src/index.js";
import { copyChanged, copyCut, SMALL } from "./copy-damaged.js";

const at = temporaryFolder("copy-damaged");

describe("copyStorage of a damaged HDF5 file", () => {
  it.each(SMALL)("copies what can be read of %s, or refuses it, and the target stays sound", async (name) => {
    expect(await copyChanged(name, 12, 7)).toBeGreaterThan(0);
  });

  it.each([
    ["crash-on-creation.h5", "/dense", "attributes cannot be read, and are not copied"],
    ["global-heap-without-end.h5", "/virtual", "its sources cannot be read, and the copy has none"],
  ])("copies all of %s but what is damaged, and says so", async (name, path, problem) => {
    const copied = at(name);
    const source = new HDF5StorageManager(`${FIXTURES}/../damaged/${name}`);
    const report = await copyStorage(source, new HDF5StorageManager(copied));
    const found = report.problems.filter((each) => each.path === path && each.problem.startsWith(problem));
    expect(found).toHaveLength(1);
    expect(report.datasets).toBeGreaterThan(15);
    expect(await verify(copied)).toEqual([]);
  });

  it("copies a file that is cut short as far as it goes, or refuses it", async () => {
    await copyCut("small-v110.h5", 997);
  });
});
