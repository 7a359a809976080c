import { it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { h5pyProcesses } from "../support/h5py-process.js";
import { KINDS, readWhileAppended } from "../support/swmr-reading.js";

const folder = temporaryFolder();
const start = h5pyProcesses();

describeWith(h5py)("while a SWMR writer appends", () => {
  it.each(Object.keys(KINDS))(
    "210 reads succeed and every row is right: %s",
    async (kind) => readWhileAppended(start, folder(`${kind}.h5`), KINDS[kind] ?? {}, 30),
    300_000,
  );
});
