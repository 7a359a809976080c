import { isTVBException } from "@tvb-storage/errors";
import type { FileSystem } from "@tvb-storage/files";
import { createMemoryFs, enumerateFaults, type FaultPlan, type MemoryFileSystem } from "@tvb-storage/testkit";
import { describe, expect, it } from "vitest";
import { TvbZip } from "../src/index.js";
import { rawZip } from "./support/raw-zip.js";
import { harvest, type World } from "./support/world.js";

type TestFs = World["fs"];

/** memfs has all that the port and the tests need; only its types differ. */
function port(fs: MemoryFileSystem): TestFs {
  return fs as unknown as TestFs;
}

/** The tree of a folder, or undefined where there is none. */
function tree(fs: MemoryFileSystem, path: string): Record<string, string> | undefined {
  return fs.existsSync(path) ? harvest(port(fs), path) : undefined;
}

/** Every call fails once; and the process dies in every call, before, half-way and after it. */
const plans: Record<string, { plan: Omit<FaultPlan, "at" | "effect">; dies: boolean }> = {
  "fails with an input/output error": { plan: { action: "fail", calls: "any" }, dies: false },
  "fails because the disk is full, and stays so": {
    plan: {
      action: "fail",
      errno: "ENOSPC",
      calls: ["open", "write", "mkdir", "sync"],
      times: Number.POSITIVE_INFINITY,
    },
    dies: false,
  },
  "is the last one of the process": { plan: { action: "stop", calls: "any" }, dies: true },
};

const sources = {
  "/p/Project.xml": "<x/>",
  "/p/1/a.h5": "a".repeat(5000),
  "/p/1/b.h5": "",
  "/p/2/c.h5": "c",
};

describe("a fault in any file-system call while an archive is written", () => {
  for (const [how, { plan, dies }] of Object.entries(plans)) {
    it(`that ${how} leaves the old archive or the new one`, async () => {
      let published: Record<string, string> | undefined;
      const { calls, points } = await enumerateFaults({
        files: { ...sources, "/out/a.zip": "old" },
        plan,
        run: async (fs) => {
          await using zip = await TvbZip.open("/out/a.zip", "w", { fs: port(fs) as FileSystem });
          await zip.writeZipFolder("/p");
          await zip.write("/p/Project.xml", "copy.xml");
          await zip.close();
        },
        check: async (fs, _notes, { error }) => {
          const bytes = fs.readFileSync("/out/a.zip");
          if (String(bytes) === "old") {
            expect(error).toBeDefined();
          } else {
            const zip = await TvbZip.open("/out/a.zip", "r", { fs: port(fs) });
            await zip.unpackZip("/check");
            await zip.close();
            published = tree(fs, "/check");
            expect(published).toEqual({
              "Project.xml": "<x/>",
              "1/a.h5": "a".repeat(5000),
              "1/b.h5": "",
              "2/c.h5": "c",
              "copy.xml": "<x/>",
            });
          }
          if (dies) return;
          if (error !== undefined) expect(isTVBException(error), String(error)).toBe(true);
          expect(fs.readdirSync("/out")).toEqual(["a.zip"]);
        },
      });
      expect(calls).toBeGreaterThan(5);
      expect(points).toBeGreaterThanOrEqual(calls);
      if (dies) expect(published).toBeDefined();
    });
  }
});

const bytes = rawZip([
  { name: "a.txt", data: "new a" },
  { name: "d/b.txt", data: "new b", mode: 0o100600 },
  { name: "d/e/c.txt", data: "new c" },
  { name: "empty/" },
]);
const unpackedTree = { "a.txt": "new a", "d/b.txt": "new b", "d/e/c.txt": "new c", "empty/": "" };

interface Case {
  readonly target: string;
  readonly files: Record<string, string>;
  readonly folders?: readonly string[];
  readonly old: Record<string, string> | undefined;
  readonly fresh: Record<string, string>;
}

const cases: Record<string, Case> = {
  "a missing folder": { target: "/x/out", files: {}, old: undefined, fresh: unpackedTree },
  "a missing folder below missing folders": {
    target: "/x/y/z/out",
    files: {},
    old: undefined,
    fresh: unpackedTree,
  },
  "an empty folder": { target: "/x/out", files: {}, folders: ["/x/out"], old: {}, fresh: unpackedTree },
  "a filled folder": {
    target: "/x/out",
    files: {
      "/x/out/mine": "mine",
      "/x/out/a.txt": "old a",
      "/x/out/d/other": "other",
      "/x/out/d/b.txt": "old b",
    },
    old: { mine: "mine", "a.txt": "old a", "d/other": "other", "d/b.txt": "old b" },
    fresh: { ...unpackedTree, mine: "mine", "d/other": "other" },
  },
};

function prepared({ files, folders = [] }: Case): MemoryFileSystem {
  const fs = createMemoryFs({ "/a.zip": bytes, "/x/keep": "", ...files });
  for (const folder of folders) fs.mkdirSync(folder, { recursive: true });
  return fs;
}

describe("a fault in any file-system call while an archive is unpacked", () => {
  for (const [into, it_] of Object.entries(cases)) {
    for (const [how, { plan, dies }] of Object.entries(plans)) {
      // In a filled folder several files change; where the process dies among them, those done stay.
      if (dies && into === "a filled folder") continue;
      it(`into ${into}, that ${how}, leaves the folder as before or complete`, async () => {
        const { calls } = await enumerateFaults<MemoryFileSystem>({
          fs: () => prepared(it_),
          plan,
          run: async (fs) => {
            const zip = await TvbZip.open("/a.zip", "r", { fs: port(fs) as FileSystem });
            try {
              await zip.unpackZip(it_.target, { overwrite: true });
            } finally {
              await zip.close();
            }
          },
          check: (fs, _notes, { error, call }) => {
            const found = tree(fs, it_.target);
            if (error === undefined) expect(found).toEqual(it_.fresh);
            else if (!dies && call.kind !== "close") expect(found).toEqual(it_.old);
            else expect([it_.old, it_.fresh]).toContainEqual(found);
            if (dies) return;
            if (error !== undefined) expect(isTVBException(error), String(error)).toBe(true);
            // A fault in the cleaning up itself may leave the staging folder.
            if (error !== undefined && call.kind !== "close")
              expect(fs.readdirSync("/x")).toEqual(found === undefined ? ["keep"] : ["keep", "out"]);
          },
        });
        expect(calls).toBeGreaterThan(10);
      });
    }
  }

  it("leaves every file of a filled folder old or new where the process dies, and none mixed", async () => {
    const { "a filled folder": filled } = cases;
    if (filled === undefined) throw new Error("the case is missing");
    await enumerateFaults<MemoryFileSystem>({
      fs: () => prepared(filled),
      run: async (fs) => {
        const zip = await TvbZip.open("/a.zip", "r", { fs: port(fs) as FileSystem });
        await zip.unpackZip(filled.target, { overwrite: true });
      },
      check: (fs) => {
        const found = tree(fs, filled.target) ?? {};
        for (const [path, content] of Object.entries(found))
          expect([filled.old?.[path], filled.fresh[path]]).toContain(content);
        // At most the one file that was about to be replaced is away, beside the folder.
        const missing = Object.keys(filled.old ?? {}).filter((path) => found[path] === undefined);
        expect(missing.length).toBeLessThanOrEqual(1);
      },
    });
  });
});

describe("a power cut at any moment of unpacking", () => {
  for (const into of ["a missing folder", "a filled folder"]) {
    it(`into ${into} leaves no file without its content`, async () => {
      const it_ = cases[into];
      if (it_ === undefined) throw new Error("the case is missing");
      let whole = 0;
      await enumerateFaults<MemoryFileSystem>({
        files: { "/a.zip": bytes, "/x/keep": "", ...it_.files },
        powerLoss: ["synced", "all", { seed: 1 }, { seed: 2 }, { seed: 3 }, { seed: 4 }],
        run: async (fs) => {
          const zip = await TvbZip.open("/a.zip", "r", { fs: port(fs) as FileSystem });
          await zip.unpackZip(it_.target, { overwrite: true });
        },
        check: (fs) => {
          const found = tree(fs, it_.target) ?? {};
          for (const [path, content] of Object.entries(found)) {
            if (path.endsWith("/")) continue;
            expect([it_.old?.[path], it_.fresh[path]], path).toContain(content);
            if (content === it_.fresh[path]) whole += 1;
          }
        },
      });
      expect(whole).toBeGreaterThan(0);
    });
  }
});
