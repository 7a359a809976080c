import { beforeAll, describe, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { buildProgram, killWriters } from "./kill-writers.ts";

const folder = temporaryFolder("kill-deep");
const program = folder("program.mjs");
beforeAll(() => buildProgram(program));

describe.each([2, 3] as const)("a writer of version %i that is killed a hundred times", (format) => {
  it("leaves the last commit each time", async () => {
    await killWriters(program, folder(`killed-${format}.zarr`), format, 100);
  }, 600_000);
});
