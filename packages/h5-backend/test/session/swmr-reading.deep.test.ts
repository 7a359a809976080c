import { describe, it } from "vitest";
import { python, temporaryFolder } from "../support/h5py.js";
import { h5pyProcesses } from "../support/h5py-process.js";
import { KINDS, readWhileAppended } from "../support/swmr-reading.js";

const place = temporaryFolder();
const start = h5pyProcesses();

describe.runIf(python !== undefined)("while a SWMR writer appends", () => {
  it.each(Object.keys(KINDS))(
    "420 reads succeed and every row is right: %s",
    async (kind) => readWhileAppended(start, place(`${kind}.h5`), KINDS[kind] ?? {}, 60),
    300_000,
  );
});
