import fs from "node:fs";
import { dirname } from "node:path";
import { createBackendRegistry, ndarray, type StorageBackend } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { HDF5StorageManager, h5Backend, recover, verify } from "@tvb-storage/h5-backend";
import { createMemoryFs, memoryBackend } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { type MigrationStep, migrateFile, scanVersions } from "../../src/index.js";
import { expectOldOrNew, SHORT_PLANS } from "../support/one-commit.js";
import { doubling, STEPS } from "./doubling.js";

const folder = temporaryFolder("migrate");

/** A file of version 1 by itself in a new folder. */
async function makeFile(name: string, version: number | string = 1): Promise<string> {
  fs.mkdirSync(folder(name));
  const path = folder(`${name}/file.h5`);
  const manager = new HDF5StorageManager(path);
  await manager.storeData([1, 2, 3], "data");
  await manager.setMetadata({ Data_version: version });
  return path;
}

/** Runs a migration that must be refused, and checks that nothing has changed. */
async function refused(path: string, steps: readonly MigrationStep[], target: number): Promise<Error> {
  const before = fs.readFileSync(path);
  const beside = fs.readdirSync(dirname(path));
  const error: unknown = await migrateFile(path, steps, target).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(fs.readFileSync(path)).toEqual(before);
  expect(fs.readdirSync(dirname(path))).toEqual(beside);
  if (!(error instanceof Error)) throw new Error("it was not refused");
  return error;
}

describe("migrateFile", () => {
  it("makes the fewest steps to the target, and keeps the mode of the file", async () => {
    const path = await makeFile("steps");
    fs.chmodSync(path, 0o640);
    expect(await migrateFile(path, STEPS, 5)).toEqual({ from: 1, to: 5, steps: 2 });
    const manager = new HDF5StorageManager(path);
    expect(await manager.getMetadata()).toEqual({ Data_version: 5, made_4: true, made_5: true });
    expect((await manager.getData("data")).data).toEqual(Float64Array.of(4, 8, 12));
    expect(fs.statSync(path).mode & 0o777).toBe(0o640);
    expect(fs.readdirSync(folder("steps"))).toEqual(["file.h5"]);
  });

  it("writes nothing where the file is at the target", async () => {
    const path = await makeFile("there");
    const before = fs.statSync(path);
    expect(await migrateFile(path, STEPS, 1)).toEqual({ from: 1, to: 1, steps: 0 });
    const { mtimeMs, ino } = fs.statSync(path);
    expect([mtimeMs, ino]).toEqual([before.mtimeMs, before.ino]);
  });

  it("takes rows that were appended and are not committed yet", async () => {
    const path = await makeFile("rows");
    const manager = new HDF5StorageManager(path);
    await manager.appendData([1], "rows", { closeFile: false });
    await migrateFile(path, STEPS, 5);
    await manager.appendData([2], "rows");
    expect((await manager.getData("rows")).data).toEqual(Float64Array.of(1, 2));
  });

  it("refuses versions that it cannot reach, and says which steps there are", async () => {
    const path = await makeFile("versions", 3);
    const newer = await refused(path, STEPS, 2);
    expect(newer).toMatchObject({ code: "FILE_MIGRATION" });
    expect(newer.message).toBe(
      `${path} has data version 3, which is newer than 2: nothing migrates it back; use a newer version of the program`,
    );
    const missing = await refused(path, STEPS, 6);
    expect(missing).toMatchObject({ code: "FILE_MIGRATION" });
    expect(missing.message).toContain("no steps lead from there to 6 (there are: 1 to 2, 2 to 3, 1 to 4");
    await expect(migrateFile(path, [{ from: 2, to: 2, migrate: async () => undefined }], 2)).rejects.toThrow(
      "step 0",
    );
    await expect(migrateFile(path, STEPS, 1.5)).rejects.toThrow("expected a whole number");
    await expect(migrateFile(folder("none.h5"), STEPS, 2)).rejects.toMatchObject({
      code: "MISSING_DATA_FILE",
    });
    await expect(refused(await makeFile("text", "new"), STEPS, 2)).resolves.toMatchObject({
      code: "INCOMPATIBLE_FILE_MANAGER",
    });
  });

  it("leaves the file byte for byte where a step fails, whatever it throws", async () => {
    const path = await makeFile("throws");
    const cause = new TypeError("of the step");
    const failing = (migrate: MigrationStep["migrate"]): MigrationStep[] => [
      doubling(1, 2),
      { from: 2, to: 3, migrate },
    ];
    const thrown = await refused(
      path,
      failing(async (manager) => {
        await manager.appendData([1], "rows", { closeFile: false });
        throw cause;
      }),
      3,
    );
    expect(thrown).toMatchObject({ code: "FILE_MIGRATION" });
    expect(thrown.message).toBe(
      `${path}: the migration from data version 2 to 3 failed, and the file is as before: of the step`,
    );
    expect(thrown.cause).toBe(cause);
    const missing = await refused(
      path,
      failing(async (manager) => manager.removeData("missing")),
      3,
    );
    expect(missing.message).not.toContain("partial");
    const version = await refused(
      path,
      failing(async (m) => m.setMetadata({ Data_version: 9 })),
      3,
    );
    expect(version.message).toContain("its step left the file with data version 9");
    await refused(
      path,
      failing(async (m) => m.removeMetadata("Data_version")),
      3,
    );
  });

  it("refuses a copy that a step has damaged", async () => {
    const path = await makeFile("damaged");
    const manager = new HDF5StorageManager(path);
    await manager.storeData(new Float64Array(1000).fill(7), "coded", { compression: "gzip", chunks: [1000] });
    const damaging: MigrationStep = {
      from: 1,
      to: 2,
      async migrate(copy) {
        const bytes = fs.readFileSync(copy.path);
        // The head of the deflated chunk.
        bytes[bytes.indexOf(Buffer.from([0x78, 0x5e]))] = 0;
        fs.writeFileSync(copy.path, bytes);
      },
    };
    const before = await verify(path);
    expect(before).toEqual([]);
    const error = await refused(path, [damaging], 2);
    expect(error.message).toContain("the changed copy is damaged at /coded");
    expect(error).toMatchObject({ code: "FILE_MIGRATION" });
  });

  it("stops at every progress", async () => {
    const path = await makeFile("cancelled");
    const all: number[] = [];
    const copyOf = folder("cancelled/other.h5");
    fs.copyFileSync(path, copyOf);
    await migrateFile(copyOf, STEPS, 5, { onProgress: (done, total) => all.push(done / total) });
    fs.unlinkSync(copyOf);
    expect(all.at(-1)).toBe(1);
    const before = fs.readFileSync(path);
    for (let stop = 1; stop < all.length; stop++) {
      const controller = new AbortController();
      let at = 0;
      const onProgress = (): void => {
        at += 1;
        if (at === stop) controller.abort();
      };
      const migrating = migrateFile(path, STEPS, 5, { signal: controller.signal, onProgress });
      await expect(migrating).rejects.toMatchObject({ code: "FILE_STORAGE" });
      expect(fs.readFileSync(path)).toEqual(before);
    }
    const controller = new AbortController();
    const aborting: MigrationStep = { from: 1, to: 2, migrate: async () => controller.abort() };
    await expect(migrateFile(path, [aborting], 2, { signal: controller.signal })).rejects.toThrow(
      "cancelled",
    );
    expect(fs.readFileSync(path)).toEqual(before);
    expect(fs.readdirSync(folder("cancelled"))).toEqual(["file.h5"]);
  });

  it("removes what a killed migration left, and so does recover", async () => {
    const path = await makeFile("left");
    const leave = (): void => {
      fs.writeFileSync(`${path}.partial`, "part of a copy");
      fs.writeFileSync(`${path}.partial.journal`, "and its journal");
    };
    leave();
    await recover(path);
    expect(fs.readdirSync(folder("left"))).toEqual(["file.h5"]);
    leave();
    await migrateFile(path, STEPS, 5);
    expect(fs.readdirSync(folder("left"))).toEqual(["file.h5"]);
  });

  it("migrates files of other backends that are one file", async () => {
    const on = createMemoryFs();
    const backends = createBackendRegistry([h5Backend, memoryBackend]);
    const path = `/file${memoryBackend.fileExtension}`;
    const manager = memoryBackend.open(path, { fs: on });
    await manager.storeData(ndarray([1, 2]), "data");
    await manager.setMetadata({ Data_version: 1 });
    expect(await migrateFile(path, STEPS, 5, { backends, fs: on })).toMatchObject({ steps: 2 });
    expect(await manager.getMetadata()).toMatchObject({ Data_version: 5, made_4: true });
    const failing = { from: 5, to: 6, migrate: () => Promise.reject(new Error("no")) };
    await expect(migrateFile(path, [failing], 6, { backends, fs: on })).rejects.toMatchObject({
      code: "FILE_MIGRATION",
    });
    expect((await manager.getData("data")).data).toEqual(Float64Array.of(4, 8));
    expect(on.readdirSync("/")).toEqual([path.slice(1)]);
    const link = `/link${memoryBackend.fileExtension}`;
    on.symlinkSync(path, link);
    await migrateFile(link, [doubling(5, 6)], 6, { backends, fs: on });
    expect(on.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(await manager.getMetadata()).toMatchObject({ Data_version: 6 });
  });

  it("refuses backends that are no registry", async () => {
    const options = { backends: {} as ReturnType<typeof createBackendRegistry> }; // deliberately none
    const message = /backends.*a registry of backends, as createBackendRegistry makes it/;
    await expect(migrateFile("/a.h5", STEPS, 5, options)).rejects.toThrow(message);
    await expect(scanVersions("/", options)).rejects.toThrow(message);
  });

  it("refuses backends whose files it cannot replace in one step", async () => {
    const on = createMemoryFs();
    const like = (change: Partial<StorageBackend["supports"]>): StorageBackend => ({
      ...memoryBackend,
      supports: { ...memoryBackend.supports, ...change },
    });
    const path = `/file${memoryBackend.fileExtension}`;
    await memoryBackend.open(path, { fs: on }).setMetadata({ Data_version: 1 });
    const migrate = (backend: StorageBackend) =>
      migrateFile(path, STEPS, 5, { backends: createBackendRegistry([backend]), fs: on });
    await expect(migrate(like({ storedAs: "folder" }))).rejects.toThrow("it stores a folder");
    await expect(migrate(like({ crossProcessLock: true }))).rejects.toThrow(FileStructureException);
  });

  it("is the old file or the new one, whichever call of the file system fails or is the last", {
    timeout: 120_000,
  }, async () => {
    for (const plan of SHORT_PLANS) await expectOldOrNew(STEPS, plan);
  });
});

describe("scanVersions", () => {
  it("lists every data file below a folder with its version, or what is wrong with it", async () => {
    await makeFile("scan");
    fs.mkdirSync(folder("scan/deep/er"), { recursive: true });
    const manager = new HDF5StorageManager(folder("scan/deep/er/b.h5"));
    await manager.setMetadata({ Data_version: "2" });
    await new HDF5StorageManager(folder("scan/deep/none.h5")).setMetadata({ a: 1 });
    await new HDF5StorageManager(folder("scan/deep/none.h5")).removeMetadata("Data_version");
    fs.writeFileSync(folder("scan/deep/foreign.h5"), "text");
    fs.writeFileSync(folder("scan/other.txt"), "text");
    fs.symlinkSync(folder("scan"), folder("scan/loop"));
    fs.symlinkSync(folder("scan/file.h5"), folder("scan/link.h5"));
    const progress: string[] = [];
    const found = await scanVersions(folder("scan"), {
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });
    expect(found.map(({ path, version }) => [path.slice(folder("scan").length), version])).toEqual([
      ["/deep/er/b.h5", 2],
      ["/deep/foreign.h5", undefined],
      ["/deep/none.h5", undefined],
      ["/file.h5", 1],
    ]);
    expect(found[1]?.problem).toContain("foreign.h5");
    expect(found[2]?.problem).toContain('no attribute "Data_version"');
    expect(progress.at(-1)).toBe("4/4");
  });

  it("refuses a folder that is missing, and stops at a signal", async () => {
    await expect(scanVersions(folder("missing"))).rejects.toThrow(FileStructureException);
    await expect(scanVersions(folder(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "FILE_STORAGE",
    });
  });
});
