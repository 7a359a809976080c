import nodeFs, {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFsFromVolume, Volume } from "memfs";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { itWith, noRoot } from "../../../test/support/judges.js";
import { replaceFile, replaceFileWith, temporaryName } from "../src/atomic-replace.js";
import type { FileHandle, FileSystem } from "../src/file-system.js";
import { writeAll } from "../src/read-write.js";

const created: string[] = [];
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "atomic-replace-"));
  created.push(root);
});
afterAll(() => {
  for (const folder of created) rmSync(folder, { recursive: true });
});

/** node:fs with some of the methods of its handles replaced. */
function withHandles(change: (handle: FileHandle) => Partial<FileHandle>, promises: object = {}): FileSystem {
  return {
    ...nodeFs,
    promises: {
      ...nodeFs.promises,
      open: async (path, flags, mode) => {
        const handle = await nodeFs.promises.open(path, flags, mode);
        const bound: FileHandle = {
          read: (...args) => handle.read(...args),
          write: (...args) => handle.write(...args),
          truncate: (length) => handle.truncate(length),
          datasync: () => handle.datasync(),
          close: () => handle.close(),
        };
        return { ...bound, ...change(bound) };
      },
      ...promises,
    },
  };
}

describe("replaceFile", () => {
  it("creates a file and replaces it, as text or bytes", async () => {
    const path = `${root}/x.xml`;
    await replaceFile(nodeFs, path, "naïve ☃");
    expect(readFileSync(path, "utf8")).toBe("naïve ☃");
    await replaceFile(nodeFs, path, Uint8Array.of(1, 2));
    expect([...readFileSync(path)]).toEqual([1, 2]);
    expect(readdirSync(root)).toEqual(["x.xml"]);
  });

  it("works on memfs too", async () => {
    const fs = createFsFromVolume(new Volume());
    await replaceFile(fs, "/x", "content");
    expect(fs.readFileSync("/x", "utf8")).toBe("content");
    expect(fs.readdirSync("/")).toEqual(["x"]);
  });

  it("gives the file the mode of the one it replaces, whatever the umask", async () => {
    const umask = process.umask(0o077);
    try {
      await replaceFile(nodeFs, `${root}/x`, "", { keptMode: 0o744 });
      await replaceFile(nodeFs, `${root}/new`, "", { mode: 0o766 });
    } finally {
      process.umask(umask);
    }
    expect(statSync(`${root}/x`).mode & 0o777).toBe(0o744);
    expect(statSync(`${root}/new`).mode & 0o777).toBe(0o700);
  });

  it("takes a name of the maximum length", async () => {
    const name = "ü".repeat(127);
    await replaceFile(nodeFs, `${root}/${name}`, "long");
    expect(readdirSync(root)).toEqual([name]);
  });

  it("leaves one complete content where many write at the same time", async () => {
    const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(5000));
    await Promise.all(contents.map((text) => replaceFile(nodeFs, `${root}/x`, text)));
    expect(contents).toContain(readFileSync(`${root}/x`, "utf8"));
    expect(readdirSync(root)).toEqual(["x"]);
  });
});

describe("replaceFileWith", () => {
  it("keeps the mode of the file that it replaces, whatever mode a new one has", async () => {
    writeFileSync(`${root}/private`, "old", { mode: 0o600 });
    await replaceFile(nodeFs, `${root}/private`, "new", { mode: 0o744 });
    expect(statSync(`${root}/private`).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${root}/private`, "utf8")).toBe("new");
  });

  it("returns the writer's result", async () => {
    const result = await replaceFileWith(nodeFs, `${root}/x`, async (handle) => {
      await writeAll(handle, Uint8Array.of(1, 2), 0);
      return "result";
    });
    expect(result).toBe("result");
    expect([...readFileSync(`${root}/x`)]).toEqual([1, 2]);
  });

  it("shows the old content until the new one is complete", async () => {
    writeFileSync(`${root}/x`, "old");
    await replaceFileWith(nodeFs, `${root}/x`, async (handle) => {
      await writeAll(handle, new TextEncoder().encode("new"), 0);
      expect(readFileSync(`${root}/x`, "utf8")).toBe("old");
    });
    expect(readFileSync(`${root}/x`, "utf8")).toBe("new");
  });

  const failing = async (): Promise<never> => {
    throw new Error("first");
  };

  it.each<[what: string, fs: FileSystem, write: (handle: FileHandle) => Promise<void>]>([
    ["the writer fails", nodeFs, failing],
    [
      "the writer fails, and closing too",
      withHandles((h) => ({ close: () => h.close().then(() => Promise.reject(new Error("second"))) })),
      failing,
    ],
    [
      "the content does not get to the disk",
      withHandles(() => ({ datasync: failing })),
      async () => undefined,
    ],
    ["closing fails", withHandles((h) => ({ close: () => h.close().then(failing) })), async () => undefined],
    ["the name cannot be changed", withHandles(() => ({}), { rename: failing }), async () => undefined],
    ["the mode cannot be set", withHandles(() => ({}), { chmod: failing }), async () => undefined],
  ])("leaves everything as it was and tells the first error where %s", async (_what, fs, write) => {
    writeFileSync(`${root}/x`, "old");
    await expect(replaceFileWith(fs, `${root}/x`, write, { keptMode: 0o600 })).rejects.toThrow("first");
    expect(readdirSync(root)).toEqual(["x"]);
    expect(readFileSync(`${root}/x`, "utf8")).toBe("old");
  });

  it("says why the file cannot be created", async () => {
    await expect(replaceFile(nodeFs, `${root}/missing/x`, "")).rejects.toMatchObject({ code: "ENOENT" });
    mkdirSync(`${root}/folder`);
    await expect(replaceFile(nodeFs, `${root}/folder`, "")).rejects.toMatchObject({ code: "EISDIR" });
    expect(readdirSync(root)).toEqual(["folder"]);
  });

  itWith(noRoot)("says that the folder may not be written", async () => {
    chmodSync(root, 0o500);
    await expect(replaceFile(nodeFs, `${root}/x`, "")).rejects.toMatchObject({ code: "EACCES" });
    chmodSync(root, 0o700);
  });

  it("waits for the disk unless it is asked not to", async () => {
    let synced = 0;
    const fs = withHandles((handle) => ({
      datasync: async () => {
        synced += 1;
        await handle.datasync();
      },
    }));
    await replaceFile(fs, `${root}/x`, "", { sync: false });
    expect(synced).toBe(0);
    await replaceFile(fs, `${root}/x`, "");
    expect(synced).toBe(1);
  });
});

describe("writeAll", () => {
  it("goes on where a write took only a part", async () => {
    const fs = withHandles((handle) => ({
      write: (data, offset, length, position) => handle.write(data, offset, Math.min(length, 3), position),
    }));
    await replaceFile(fs, `${root}/x`, "eight by");
    expect(readFileSync(`${root}/x`, "utf8")).toBe("eight by");
  });

  it("ends where a write takes nothing", async () => {
    const fs = withHandles(() => ({ write: async () => ({ bytesWritten: 0 }) }));
    await expect(replaceFile(fs, `${root}/x`, "abc")).rejects.toThrow("wrote 0 of 3 bytes");
  });
});

describe("temporaryName", () => {
  it("is in the file's folder, hidden, and never the same", () => {
    const name = temporaryName("/a/b/Project.xml");
    expect(name).toMatch(/^\/a\/b\/\.Project\.xml\.[0-9a-f-]{13}\.tmp$/);
    expect(temporaryName("/a/b/Project.xml")).not.toBe(name);
    expect(temporaryName("x")).toMatch(/^\.x\.[0-9a-f-]{13}\.tmp$/);
  });
});
