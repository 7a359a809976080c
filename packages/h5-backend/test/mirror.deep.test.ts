import { it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5diff, h5dump, h5py, h5stat } from "../../../test/support/judges.js";
import { expectMirror } from "./support/write-mirror.js";

const file = temporaryFolder();

describeWith(
  h5py,
  h5diff,
  h5dump,
  h5stat,
)("a file written here with every type and feature", () => {
  it("is for h5py, h5diff, h5dump and h5stat what h5py would have written, with engine h5wasm", () =>
    expectMirror(file("mirror.h5"), file("reference.h5"), "h5wasm"));
});
