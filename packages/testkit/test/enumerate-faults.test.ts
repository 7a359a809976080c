import { replaceFile } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { createMemoryFs, enumerateFaults } from "../src/index.js";

describe("enumerateFaults", () => {
  it("runs a scenario once for every mutating call and effect, and gives the counts", async () => {
    const seen: string[] = [];
    const counts = await enumerateFaults({
      run: async (fs) => {
        fs.mkdirSync("/d");
        fs.writeFileSync("/d/a", "abcd");
      },
      check: (fs, _notes, point) => {
        const content = fs.existsSync("/d/a") ? fs.readFileSync("/d/a", "utf8") : "-";
        seen.push(`${point.at} ${point.call.kind} ${point.effect}: ${String(content)}`);
      },
    });
    expect(seen).toEqual([
      "1 mkdir none: -",
      "2 writeFile none: -",
      "1 mkdir half: -",
      "2 writeFile half: ab",
      "1 mkdir whole: -",
      "2 writeFile whole: abcd",
    ]);
    expect(counts).toEqual({ points: 6, calls: 2, byKind: { mkdir: 1, writeFile: 1 } });
  });

  it("names the point where the check fails", async () => {
    const run = enumerateFaults({
      run: async (fs) => fs.writeFileSync("/a", "abcd"),
      check: (fs) => {
        if (fs.existsSync("/a") && fs.readFileSync("/a", "utf8") !== "abcd") throw new Error("torn");
      },
    });
    await expect(run).rejects.toThrow(
      'wrong after a fault at call 1, writeFileSync("/a", "abcd"), half of it done: torn',
    );
  });

  it("rejects where the scenario fails without a fault", async () => {
    const run = enumerateFaults({ run: async () => Promise.reject(new Error("no")), check: () => undefined });
    await expect(run).rejects.toThrow("fails without a fault");
  });

  it("gives each run its own notes, and reports the scenario's error", async () => {
    const noted: string[] = [];
    await enumerateFaults({
      plan: { action: "fail", errno: "ENOSPC" },
      notes: () => ({ acknowledged: [] as string[] }),
      run: async (fs, notes) => {
        fs.writeFileSync("/a", "1");
        notes.acknowledged.push("a");
        fs.writeFileSync("/b", "2");
        notes.acknowledged.push("b");
      },
      check: (_fs, notes, point) => noted.push(`${notes.acknowledged.join()}|${String(point.error)}`),
    });
    expect(noted).toEqual([
      "|Error: ENOSPC: no space left on device, writeFile '/a'",
      "a|Error: ENOSPC: no space left on device, writeFile '/b'",
    ]);
  });

  it("shows that replaceFile of core is all or nothing under every fault", async () => {
    const content = (fs: ReturnType<typeof createMemoryFs>) => String(fs.readFileSync("/a.xml", "utf8"));
    const counts = await enumerateFaults({
      fs: () => createMemoryFs({ "/a.xml": "old content" }),
      run: (fs) => replaceFile(fs, "/a.xml", "new content", { mode: 0o744 }),
      check: (fs) => expect(["old content", "new content"]).toContain(content(fs)),
    });
    expect(counts.byKind).toEqual({ open: 1, write: 1, sync: 1, chmod: 1, rename: 1 });
    expect(counts.points).toBe(15);
  });

  it("cuts the power after each fault, and shows that replaceFile syncs before it renames", async () => {
    const scenario = (sync: boolean) =>
      enumerateFaults({
        files: { "/a.xml": "old content" },
        powerLoss: ["synced", "all", { seed: 1 }, { seed: 2 }, { seed: 3 }, { seed: 4 }],
        run: (fs) => replaceFile(fs, "/a.xml", "new content", { sync }),
        check: (fs) =>
          expect(["old content", "new content"]).toContain(String(fs.readFileSync("/a.xml", "utf8"))),
      });
    expect((await scenario(true)).points).toBe(5 * 3 * 6);
    await expect(scenario(false)).rejects.toThrow("power cut");
  });
});
