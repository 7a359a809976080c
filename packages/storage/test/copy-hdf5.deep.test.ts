import { readdirSync } from "node:fs";
import { it } from "vitest";
import { FIXTURES, temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5diff, h5py } from "../../../test/support/judges.js";
import { expectExactCopy } from "./support/judged-copies.js";

/** Those that the ordinary run leaves out. */
const names = readdirSync(FIXTURES).filter((name) => /^attributes-.*\.h5$|-(v108|latest)\.h5$/.test(name));
const folder = temporaryFolder("copy-hdf5-deep");

describeWith(h5py, h5diff)("copyStorage between HDF5 files", () => {
  it.each(names)("copies %s, and h5py and h5diff find nothing else", { timeout: 120_000 }, (name) =>
    expectExactCopy(name, folder(name)),
  );
});
