import { it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5diff, h5py } from "../../../test/support/judges.js";
import { expectExactCopy } from "./support/judged-copies.js";

const folder = temporaryFolder("copy-hdf5-deep");

describeWith(h5py, h5diff)("copyStorage between HDF5 files", () => {
  it.each(["attributes-earliest.h5", "attributes-latest.h5"])(
    "copies thousands of attributes of %s, and h5py and h5diff find nothing else",
    { timeout: 120_000 },
    (name) => expectExactCopy(name, folder(name), true),
  );
});
