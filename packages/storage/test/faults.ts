import { isTVBException } from "@tvb-storage/errors";
import type { FileSystem } from "@tvb-storage/files";
import {
  enumerateFaults,
  type FaultEffect,
  type FaultPlan,
  type MemoryFileSystem,
} from "@tvb-storage/testkit";
import { TvbZip } from "@tvb-storage/zip";
import { describe, expect, it } from "vitest";
import { StorageInterface } from "../src/index.js";
import { filesOn, scenarios, timeless } from "./support/fault-scenarios.js";

/** Which calls have a fault, and how much of each is done. */
type Plan = Omit<FaultPlan, "at" | "effect"> & { readonly effects?: readonly FaultEffect[] };

/** Tests of every kind of export and import with faults. */
export async function describeFaults(plans: Readonly<Record<string, Plan>>): Promise<void> {
  describe.each(Object.entries(await scenarios()))("%s", (_, { start, run, made }) => {
    it.each(Object.entries(plans))("%s does all or nothing", async (_, { effects, ...plan }) => {
      const before = filesOn(start()).files;
      const whole = [...made].sort();
      let complete = 0;
      const counts = await enumerateFaults<MemoryFileSystem>({
        fs: start,
        plan,
        ...(effects === undefined ? {} : { effects }),
        run: (fs) => run(new StorageInterface({ storageRoot: "/s", fs: fs as FileSystem })),
        check: async (fs, _notes, { error, call }) => {
          const { files, left } = filesOn(fs);
          const more = Object.keys(files).filter((path) => before[path] === undefined);
          const visible = more
            .map(timeless)
            .filter((path) => !/\/\.[^/]+\.tmp$/.test(path))
            .sort();
          for (const [path, content] of Object.entries(before))
            expect(files[path] === content, path).toBe(true);
          if (error === undefined) expect(visible).toEqual(whole);
          else expect([[], whole]).toContainEqual(visible);
          if (visible.length > 0) {
            complete += 1;
            await readable(fs, more);
          }
          if (plan.action === "stop") return;
          if (error !== undefined) {
            expect(isTVBException(error), String(error)).toBe(true);
            // Of the folder that it is prepared in, which is gone, the caller knows nothing.
            expect(String(error)).not.toMatch(/\.tmp\/(?:out\/|unpacked)/);
          }
          // A fault in the clearing away itself leaves a folder for the next run.
          if (left > 0 && plan.times === undefined)
            expect(["unlink", "rmdir", "readdir", "open", "lstat", "stat", "close"]).toContain(call.kind);
        },
      });
      expect(counts.points).toBeGreaterThan(0);
      if (plan.action !== "fail") expect(complete).toBeGreaterThan(0);
    });
  });
}

/** What is there is whole. */
async function readable(fs: MemoryFileSystem, paths: readonly string[]): Promise<void> {
  const storage = new StorageInterface({ storageRoot: "/s", fs });
  for (const path of paths) {
    if (path.endsWith(".h5"))
      expect((await storage.getStorageManager(path).getData("data")).shape).toEqual([2]);
    if (!path.endsWith(".zip")) continue;
    const zip = await TvbZip.open(path, "r", { fs });
    expect(await zip.unpackZip("/check")).not.toEqual([]);
    await zip.close();
    await storage.removeFolder("/check");
  }
}
