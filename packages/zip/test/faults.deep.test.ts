import { isTVBException } from "@tvb-storage/errors";
import { createMemoryFs, enumerateFaults, type MemoryFileSystem } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { TvbZip } from "../src/index.js";
import { rawZip } from "./support/raw-zip.js";
import { harvest, type World } from "./support/world.js";

// Large enough to be streamed, between small ones that are not.
const large = Buffer.alloc(17 * 1024 * 1024);
const entries = { a: "first", "large.h5": large, z: "last" };
const whole = { a: "first", "large.h5": large.toString("latin1"), z: "last" };

/** memfs has all that the port and the tests need; only its types differ. */
function port(fs: MemoryFileSystem): World["fs"] {
  return fs as unknown as World["fs"];
}

function isWhole(fs: MemoryFileSystem, folder: string): boolean {
  const found = harvest(port(fs), folder);
  return (
    Object.keys(found).length === 3 &&
    Object.entries(whole).every(([name, content]) => found[name] === content)
  );
}

for (const action of ["fail", "stop"] as const) {
  it(`streaming into an archive leaves the old one or the new one, whichever call is made to ${action}`, async () => {
    const { calls } = await enumerateFaults<MemoryFileSystem>({
      fs: () => createMemoryFs({ "/a.zip": "old", "/p/a": "first", "/p/large.h5": large, "/p/z": "last" }),
      plan: { action, calls: "any" },
      effects: ["none"],
      run: async (fs) => {
        await using zip = await TvbZip.open("/a.zip", "w", { fs: port(fs), level: 1 });
        await zip.writeZipFolder("/p");
        await zip.close();
      },
      check: async (fs, _notes, { error }) => {
        if (String(fs.readFileSync("/a.zip")) === "old") return expect(error).toBeDefined();
        const zip = await TvbZip.open("/a.zip", "r", { fs: port(fs) });
        await zip.unpackZip("/check");
        await zip.close();
        expect(isWhole(fs, "/check")).toBe(true);
      },
    });
    expect(calls).toBeGreaterThan(30);
  });

  it(`streaming out of an archive leaves no folder or all of it, whichever call is made to ${action}`, async () => {
    const bytes = rawZip(Object.entries(entries).map(([name, data]) => ({ name, data })));
    const { calls } = await enumerateFaults<MemoryFileSystem>({
      fs: () => createMemoryFs({ "/a.zip": bytes }),
      plan: { action, calls: "any" },
      effects: ["none"],
      run: async (fs) => {
        await using zip = await TvbZip.open("/a.zip", "r", { fs: port(fs) });
        await zip.unpackZip("/out");
      },
      check: (fs, _notes, { error }) => {
        if (fs.existsSync("/out")) expect(isWhole(fs, "/out")).toBe(true);
        else expect(error).toBeDefined();
        if (action === "fail" && error !== undefined) {
          expect(isTVBException(error), String(error)).toBe(true);
          expect(fs.readdirSync("/").filter((name) => String(name).endsWith(".tmp"))).toEqual([]);
        }
      },
    });
    expect(calls).toBeGreaterThan(30);
  });
}
