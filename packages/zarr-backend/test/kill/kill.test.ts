import { existsSync, readdirSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../../src/index.ts";
import { buildProgram, killWriters } from "./kill-writers.ts";

const folder = temporaryFolder("kill");
const program = folder("program.mjs");
beforeAll(() => buildProgram(program));

describe.each([2, 3] as const)("a writer of version %i that is killed", (format) => {
  it("leaves the last commit, whenever it is killed, and the next one clears up", async () => {
    const path = folder(`killed-${format}.zarr`);
    await killWriters(program, { path, format, open: () => new ZarrStorageManager(path) }, 6);
    await new ZarrStorageManager(path).storeData([1], "after");
    expect(existsSync(`${path}/.tvb`)).toBe(false);
    const left = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".tmp"),
    );
    expect(left).toEqual([]);
  }, 60_000);
});
