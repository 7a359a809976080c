import fs from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { describe, expect } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { h5py, itWith, posix } from "../../../../test/support/judges.js";
import { bundleProgram, makeOldFile, runKillTrials, startProgram } from "./kill-trials.js";

const folder = temporaryFolder("migrate-processes");
let bundled: string | undefined;
const program = (): string => {
  bundled ??= bundleProgram(folder("program.mjs"));
  return bundled;
};

describe("migrateFile among processes", () => {
  itWith(h5py, posix)(
    "leaves the old file or the new one where it is killed",
    { timeout: 120_000 },
    async () => {
      fs.mkdirSync(folder("kills"));
      const counts = await runKillTrials(folder("kills"), program(), 4);
      expect(counts.old + counts.new).toBe(4);
      expect(counts.interrupted).toBeGreaterThan(0);
    },
  );

  itWith(posix)("loses no row that another process appends meanwhile", { timeout: 120_000 }, async () => {
    const path = folder("rows.h5");
    await makeOldFile(path);
    const appending = startProgram(program(), "append", path, "80");
    await appending.begun;
    await startProgram(program(), "migrate", path).ended;
    await appending.ended;
    const acknowledged = fs.readFileSync(`${path}.acknowledged`, "utf8").trim().split("\n").map(Number);
    expect(acknowledged).toHaveLength(80);
    const manager = new HDF5StorageManager(path);
    expect(Array.from((await manager.getData("rows")).data as Float64Array)).toEqual(acknowledged);
    expect(await manager.getMetadata()).toEqual({ Data_version: 3, made_2: true, made_3: true });
  });
});
