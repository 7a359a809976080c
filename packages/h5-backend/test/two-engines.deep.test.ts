import { it } from "vitest";
import { temporaryFolder } from "../../../test/support/h5py.js";
import { describeWith, h5diff, h5dump, h5py } from "../../../test/support/judges.js";
import { compareEngines, VERSIONS } from "./support/two-engines.js";

const folder = temporaryFolder();

describeWith(
  h5diff,
  h5dump,
  h5py,
)("a file of h5py that is changed at random", () => {
  it.each(VERSIONS)("holds the same whoever writes it, libver %s", (libver) =>
    compareEngines((name) => folder(`${libver}-${name}`), libver, { numRuns: 10, steps: 25, seed: 7 }),
  );
});
