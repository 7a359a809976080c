import { isTVBException } from "@tvb-storage/errors";
import type { SyncFileSystem } from "@tvb-storage/files";
import { HDF5StorageManager, verify } from "@tvb-storage/h5-backend";
import {
  createMemoryFs,
  enumerateFaults,
  type FaultEffect,
  type FaultPlan,
  type MemoryFileSystem,
} from "@tvb-storage/testkit";
import { expect } from "vitest";
import { type CopyStorageOptions, copyStorage, type MigrationStep, migrateFile } from "../../src/index.js";

// A change of an HDF5 file that is one commit, with a fault at each call of the file system in turn.

interface Plan extends Omit<FaultPlan, "at" | "effect"> {
  readonly effects?: readonly FaultEffect[];
}

export const SHORT_PLANS: readonly Plan[] = [{ action: "fail" }, { action: "stop", effects: ["half"] }];
export const LONG_PLANS: readonly Plan[] = [{ action: "fail", calls: "any" }, { action: "stop" }];

/** Two small files: one to copy, and one that has something already. */
export const filesToCopy = async (): Promise<Record<string, Uint8Array>> => {
  const made = createMemoryFs();
  const [a, b] = ["/a.h5", "/b.h5"].map((path) => new HDF5StorageManager(path, { fs: made }));
  await a?.storeData(new Float32Array(200), "group/data", { chunks: [50], compression: "gzip" });
  await a?.storeData(["text", "and more"], "group/texts");
  await a?.setMetadata({ key: "value", list: ["a", "b"] }, "group");
  await b?.storeData([1, 2, 3], "mine");
  return { "/a.h5": bytesOf(made, "/a.h5"), "/b.h5": bytesOf(made, "/b.h5") };
};
export const bytesOf = (on: MemoryFileSystem, path: string) =>
  new Uint8Array(on.readFileSync(path) as Uint8Array);
export const copyOn = (on: SyncFileSystem, options: CopyStorageOptions = {}) =>
  copyStorage(new HDF5StorageManager("/a.h5", { fs: on }), new HDF5StorageManager("/b.h5", { fs: on }), {
    to: "copy",
    ...options,
  });

const refuseForeign = (error: unknown, action: Plan["action"]): void => {
  if (action === "fail" && error !== undefined && !isTVBException(error))
    throw new Error(`not ours: ${String(error)}`);
};

/** `/copy` of `/b.h5` is complete or is not there. */
export async function expectCopyOrNothing({ effects, ...plan }: Plan): Promise<void> {
  const { points } = await enumerateFaults({
    plan,
    ...(effects === undefined ? {} : { effects }),
    files: await filesToCopy(),
    run: (on) => copyOn(on),
    check: async (left, _, { error }) => {
      refuseForeign(error, plan.action);
      const nodes = await new HDF5StorageManager("/b.h5", { fs: left }).listNodes();
      const copied = nodes.filter(({ path }) => path.startsWith("/copy"));
      expect([0, 4]).toContain(copied.length);
      if (error === undefined) expect(copied).toHaveLength(4);
      expect(await verify("/b.h5", { fs: left })).toEqual([]);
    },
  });
  expect(points).toBeGreaterThan(5);
}

/** A file of version 1 with the numbers 1, 2, 3 is as it was, or has gone through the steps 1 to 4 and 4 to 5, which double them. */
export async function expectOldOrNew(
  steps: readonly MigrationStep[],
  { effects, ...plan }: Plan,
): Promise<void> {
  const made = createMemoryFs();
  const first = new HDF5StorageManager("/file.h5", { fs: made });
  await first.storeData([1, 2, 3], "data");
  await first.setMetadata({ Data_version: 1 });
  const old = bytesOf(made, "/file.h5");
  let isNew = 0;
  const { points } = await enumerateFaults({
    plan,
    ...(effects === undefined ? {} : { effects }),
    files: { "/file.h5": old },
    run: (on) => migrateFile("/file.h5", steps, 5, { fs: on }),
    check: async (left: MemoryFileSystem, _, { error }) => {
      refuseForeign(error, plan.action);
      const manager = new HDF5StorageManager("/file.h5", { fs: left });
      if ((await manager.getFileDataVersion()) === 1) expect(bytesOf(left, "/file.h5")).toEqual(old);
      else {
        isNew += 1;
        expect(await manager.getMetadata()).toEqual({ Data_version: 5, made_4: true, made_5: true });
        expect((await manager.getData("data")).data).toEqual(Float64Array.of(4, 8, 12));
      }
      expect(await verify("/file.h5", { fs: left })).toEqual([]);
    },
  });
  expect(points).toBeGreaterThan(20);
  expect(isNew).toBeGreaterThan(0);
  expect(isNew).toBeLessThan(points);
}
