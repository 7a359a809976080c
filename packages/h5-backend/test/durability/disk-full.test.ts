import { execFileSync } from "node:child_process";
import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTVBException } from "@tvb-storage/errors";
import { afterAll, expect, it } from "vitest";
import { describeWith, onlyWhere } from "../../../../test/support/judges.js";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { stateOf } from "./file-state.js";

const DISK_BYTES = 1024 * 1024;
const folder = nodeFs.mkdtempSync(join(tmpdir(), "disk-full-"));

/** A disk of its own, which only root may have. */
function mountDisk(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    // Here, since nothing runs after tests that are all skipped.
    nodeFs.rmdirSync(folder);
    return false;
  }
}

const isMounted = mountDisk();
afterAll(() => {
  if (!isMounted) return;
  execFileSync("umount", [folder]);
  nodeFs.rmdirSync(folder);
});

const path = join(folder, "a.h5");
const filler = join(folder, "filler");

/** Leaves `room` bytes on the disk, to a page. */
function fill(room: number): void {
  nodeFs.rmSync(filler, { force: true });
  const { bavail, bsize } = nodeFs.statfsSync(folder);
  nodeFs.writeFileSync(filler, new Uint8Array(Math.max(0, bavail * bsize - room)));
}

async function fresh(): Promise<HDF5StorageManager> {
  nodeFs.rmSync(path, { force: true });
  nodeFs.rmSync(filler, { force: true });
  const m = new HDF5StorageManager(path);
  await m.storeData(new Float64Array(8000).fill(1), "x");
  await m.appendData([[1, 2, 3]], "rows", { growDimension: 0, chunks: [4, 3] });
  await m.setMetadata({ a: 1 });
  return m;
}

const ROOM = [0, 4096, 12_288, 65_536];

const changes: readonly (readonly [name: string, change: (m: HDF5StorageManager) => Promise<unknown>])[] = [
  ["storing", (m) => m.storeData(new Float64Array(16_000).fill(2), "new")],
  ["overwriting", (m) => m.storeData(new Float64Array(8000).fill(2), "x")],
  [
    "appending",
    (m) =>
      m.appendData(
        Array.from({ length: 3000 }, (_, n) => [n, n, n]),
        "rows",
        { growDimension: 0 },
      ),
  ],
  [
    "appending and closing later",
    async (m) => {
      await m.appendData(
        Array.from({ length: 3000 }, (_, n) => [n, n, n]),
        "rows",
        { growDimension: 0, closeFile: false },
      );
      await m.closeFile();
    },
  ],
  ["setting metadata", (m) => m.setMetadata({ a: 2, text: "x".repeat(40_000) })],
  ["removing", (m) => m.removeData("x")],
  [
    "creating a file",
    () => new HDF5StorageManager(join(folder, "b.h5")).storeData(new Float64Array(16_000), "x"),
  ],
];

describeWith(onlyWhere(isMounted, "no tmpfs may be mounted: not root on Linux"))(
  "on a disk that is full",
  () => {
    it.each(changes)(
      "%s is wholly done or reported and not done at all, and works once there is room",
      async (name, change) => {
        let refusals = 0;
        for (const room of ROOM) {
          const m = await fresh();
          const before = await stateOf(nodeFs, path);
          fill(room);
          let error: unknown;
          await change(m).catch((thrown: unknown) => {
            error = thrown;
          });
          if (error !== undefined) {
            refusals += 1;
            expect(isTVBException(error, "FILE_STORAGE"), String(error)).toBe(true);
            expect(String(error)).toContain("no space left on");
            expect(await stateOf(nodeFs, path)).toBe(before);
            expect(nodeFs.readdirSync(folder).sort()).toEqual(["a.h5", "filler"]);
            nodeFs.rmSync(filler);
            await change(m);
          }
          if (name !== "creating a file") expect(await stateOf(nodeFs, path)).not.toBe(before);
          expect(await verify(path)).toEqual([]);
          nodeFs.rmSync(filler, { force: true });
          nodeFs.rmSync(join(folder, "b.h5"), { force: true });
        }
        expect(refusals).toBeGreaterThan(0);
      },
    );
  },
);
