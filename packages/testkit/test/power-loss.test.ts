import { describe, expect, it } from "vitest";
import { type MemoryFileSystem, powerLossFs } from "../src/index.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (fs: MemoryFileSystem, path: string) =>
  fs.existsSync(path) ? String(fs.readFileSync(path, "utf8")) : undefined;

function write(fs: MemoryFileSystem, path: string, content: string, options: { sync?: boolean } = {}): void {
  const fd = fs.openSync(path, "w");
  fs.writeSync(fd, bytes(content), 0, content.length, 0);
  if (options.sync === true) fs.fsyncSync(fd);
  fs.closeSync(fd);
}

function syncFolder(fs: MemoryFileSystem, path: string): void {
  const fd = fs.openSync(path, "r");
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

describe("powerLossFs", () => {
  it("keeps the files of the start", () => {
    const power = powerLossFs({ "/d/a": "x" });
    expect(text(power.cut("synced"), "/d/a")).toBe("x");
    expect(power.unsynced).toBe(0);
  });

  it('loses unsynced changes with "synced", and keeps them with "all"', () => {
    const power = powerLossFs({ "/a": "old" });
    write(power.fs, "/a", "new!");
    expect(text(power.fs, "/a")).toBe("new!");
    expect(text(power.cut("synced"), "/a")).toBe("old");
    expect(text(power.cut("all"), "/a")).toBe("new!");
  });

  it("finds a file by its second name, which is lost like any other", () => {
    const power = powerLossFs();
    write(power.fs, "/a", "abc", { sync: true });
    syncFolder(power.fs, "/");
    power.fs.linkSync("/a", "/b");
    expect(text(power.cut("synced"), "/b")).toBeUndefined();
    syncFolder(power.fs, "/");
    power.fs.unlinkSync("/a");
    expect(text(power.cut("all"), "/a")).toBeUndefined();
    expect(text(power.cut("all"), "/b")).toBe("abc");
  });

  it("keeps the content of a synced file, but its new name only after a sync of the folder", () => {
    const power = powerLossFs();
    write(power.fs, "/a", "abc", { sync: true });
    expect(power.cut("synced").existsSync("/a")).toBe(false);
    syncFolder(power.fs, "/");
    expect(text(power.cut("synced"), "/a")).toBe("abc");
  });

  it("finds a file empty whose name was synced and whose content was not", () => {
    const power = powerLossFs();
    write(power.fs, "/a", "abc");
    syncFolder(power.fs, "/");
    expect(text(power.cut("synced"), "/a")).toBe("");
  });

  it("undoes a rename and a removal that were not synced", () => {
    const power = powerLossFs({ "/a": "1", "/b": "2", "/c": "3" });
    power.fs.renameSync("/a", "/b");
    power.fs.unlinkSync("/c");
    const cut = power.cut("synced");
    expect([text(cut, "/a"), text(cut, "/b"), text(cut, "/c")]).toEqual(["1", "2", "3"]);
    syncFolder(power.fs, "/");
    const later = power.cut("synced");
    expect([text(later, "/a"), text(later, "/b"), text(later, "/c")]).toEqual([undefined, "1", undefined]);
  });

  it("follows a file through a rename", async () => {
    const power = powerLossFs({ "/a": "1" });
    const handle = await power.fs.promises.open("/a", "r+");
    await power.fs.promises.rename("/a", "/b");
    await handle.write(bytes("9"), 0, 1, 0);
    await handle.datasync();
    await handle.close();
    expect(text(power.cut("synced"), "/a")).toBe("9");
    expect(text(power.cut("all"), "/b")).toBe("9");
  });

  it("reorders: a later write may survive an earlier one, by seed, and repeatably", () => {
    const power = powerLossFs({ "/a": "...." });
    const fd = power.fs.openSync("/a", "r+");
    power.fs.writeSync(fd, bytes("12"), 0, 2, 0);
    power.fs.writeSync(fd, bytes("34"), 0, 2, 2);
    const outcomes = new Set(Array.from({ length: 50 }, (_, seed) => text(power.cut({ seed }), "/a")));
    expect(outcomes).toContain("..34");
    expect(outcomes).toContain("12..");
    expect(outcomes).toContain("1.34");
    expect(text(power.cut({ seed: 7 }), "/a")).toBe(text(power.cut({ seed: 7 }), "/a"));
  });
});
