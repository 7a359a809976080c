import nodeFs, * as namespaceFs from "node:fs";
import { existsSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFsFromVolume, Volume } from "memfs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SyncFileSystem } from "../src/file-system.js";
import {
  type FileSlot,
  fileLocks,
  isUnused,
  spaceIdentity,
  withFile,
  withFilesReleased,
} from "../src/open-files.js";

/** A promise with its resolve function outside. */
function gate(): { readonly promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open: () => open() };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

function emptyFs(): SyncFileSystem {
  return createFsFromVolume(new Volume());
}

describe("spaceIdentity", () => {
  it("is one object for the disk, for every import of it, and else the file system itself", () => {
    expect(spaceIdentity({ ...nodeFs })).toBe(spaceIdentity(nodeFs));
    expect(spaceIdentity(namespaceFs)).toBe(spaceIdentity(nodeFs));
    const [one, other] = [emptyFs(), emptyFs()];
    expect(spaceIdentity(one)).toBe(one);
    expect(spaceIdentity(other)).toBe(other);
  });
});

describe("withFile", () => {
  it("runs one call at a time on a file, in the order they came", async () => {
    const fs = emptyFs();
    const log: string[] = [];
    const calls = ["a", "b", "c"].map((name) =>
      withFile(fs, "/x.h5", async () => {
        log.push(`${name} starts`);
        await turn();
        log.push(`${name} ends`);
      }),
    );
    await Promise.all(calls);
    expect(log).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  });

  it("takes any object in place of a file system, for stores that have none", async () => {
    const connection = { url: "memory" };
    const log: string[] = [];
    const call = (space: object, name: string) =>
      withFile(space, "/x", async () => {
        log.push(`${name} starts`);
        await turn();
        log.push(`${name} ends`);
      });
    await Promise.all([call(connection, "a"), call(connection, "b"), call({ url: "other" }, "c")]);
    expect(log.indexOf("c starts")).toBeLessThan(log.indexOf("a ends"));
    expect(log.indexOf("b starts")).toBeGreaterThan(log.indexOf("a ends"));
  });

  it("lets calls on different files overlap", async () => {
    const fs = emptyFs();
    const first = gate();
    const waiting = withFile(fs, "/x.h5", () => first.promise);
    expect(await withFile(fs, "/y.h5", async () => "done")).toBe("done");
    first.open();
    await waiting;
  });

  it("keeps an open file in the slot until it is removed", async () => {
    const fs = emptyFs();
    const open = { release: async () => undefined };
    await withFile(fs, "/x.h5", async (slot) => {
      slot.open = open;
    });
    await withFile(fs, "/x.h5", async (slot) => {
      expect(slot.open).toBe(open);
      slot.open = undefined;
    });
    await withFile(fs, "/x.h5", async (slot) => expect(slot.open).toBeUndefined());
  });

  it("does not resolve a path again while its file is open", async () => {
    const volume = createFsFromVolume(new Volume());
    const resolved: string[] = [];
    const realpathSync = (path: string): unknown => {
      resolved.push(path);
      return volume.realpathSync(path);
    };
    const fs: SyncFileSystem = Object.assign(Object.create(volume), {
      realpathSync,
      openSync: volume.openSync,
    });
    const known = await withFile(fs, "/x.h5", async (slot) => {
      slot.open = { release: async () => undefined };
      return slot;
    });
    resolved.length = 0;
    await withFile(
      fs,
      "/x.h5",
      async (slot) => {
        expect(slot).toBe(known);
        expect(slot.locked).toBe(true);
        slot.open = undefined;
      },
      known,
    );
    expect(resolved).toEqual([]);
    expect(known.locked).toBe(false);
    await withFile(fs, "/x.h5", async (slot) => expect(slot).not.toBe(known), known);
    expect(resolved).not.toEqual([]);
  });

  it("goes on after a call that rejected", async () => {
    const fs = emptyFs();
    const failing = withFile(fs, "/x.h5", () => Promise.reject(new Error("no")));
    const next = withFile(fs, "/x.h5", async () => "next");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("next");
  });

  it("distinguishes two file systems", async () => {
    const slots: FileSlot[] = [];
    for (const fs of [emptyFs(), emptyFs()]) {
      await withFile(fs, "/x.h5", async (slot) => {
        slots.push(slot);
        expect(slot.open).toBeUndefined();
        slot.open = { release: async () => undefined };
      });
    }
    expect(slots[0]).not.toBe(slots[1]);
  });
});

describe("isUnused", () => {
  it("is false while a call uses the file or waits for it, and while it is open", async () => {
    const fs = emptyFs();
    expect(isUnused(fs, "/x.h5")).toBe(true);
    const { promise, open } = gate();
    const call = withFile(fs, "/x.h5", () => promise);
    expect(isUnused(fs, "/x.h5")).toBe(false);
    expect(isUnused(fs, "/./x.h5")).toBe(false);
    expect(isUnused(fs, "/y.h5")).toBe(true);
    expect(isUnused(emptyFs(), "/x.h5")).toBe(true);
    open();
    await call;
    expect(isUnused(fs, "/x.h5")).toBe(true);
    const keep = { release: () => Promise.resolve() };
    await withFile(fs, "/x.h5", async (slot) => {
      slot.open = keep;
    });
    expect(isUnused(fs, "/x.h5")).toBe(false);
    await withFile(fs, "/x.h5", async (slot) => {
      slot.open = undefined;
    });
    expect(isUnused(fs, "/x.h5")).toBe(true);
  });

  it("is false for a file that is being moved or removed, or in such a folder", async () => {
    const fs = emptyFs();
    const { promise, open } = gate();
    const moving = withFilesReleased(fs, "/folder", () => promise);
    await turn();
    expect(isUnused(fs, "/folder/x.h5")).toBe(false);
    expect(isUnused(fs, "/folder-2/x.h5")).toBe(true);
    open();
    await moving;
    expect(isUnused(fs, "/folder/x.h5")).toBe(true);
  });
});

describe("one file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "open-files-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function slotOf(fs: SyncFileSystem, path: string): Promise<FileSlot> {
    return withFile(fs, path, async (slot) => slot);
  }

  /** Keeps a slot in the table, as an open file does. */
  async function keepOpen(path: string): Promise<() => Promise<void>> {
    await withFile(nodeFs, path, async (slot) => {
      slot.open = { release: async () => undefined };
    });
    return () =>
      withFile(nodeFs, path, async (slot) => {
        slot.open = undefined;
      });
  }

  it("is found by every form of its path", async () => {
    const close = await keepOpen(`${folder}/x.h5`);
    const slot = await slotOf(nodeFs, `${folder}/x.h5`);
    expect(await slotOf(nodeFs, `${folder}//sub/.././x.h5`)).toBe(slot);
    expect(await slotOf(nodeFs, `${folder}/x.h5/`)).toBe(slot);
    await close();
  });

  it("is found through links to it and to its folder", async () => {
    writeFileSync(`${folder}/x.h5`, "");
    symlinkSync(`${folder}/x.h5`, `${folder}/link.h5`);
    symlinkSync(folder, `${folder}/here`);
    const close = await keepOpen(`${folder}/x.h5`);
    const slot = await slotOf(nodeFs, `${folder}/x.h5`);
    expect(await slotOf(nodeFs, `${folder}/link.h5`)).toBe(slot);
    expect(await slotOf(nodeFs, `${folder}/here/here/x.h5`)).toBe(slot);
    await close();
  });

  it("has the same key before it exists and after", async () => {
    symlinkSync("x.h5", `${folder}/link.h5`);
    const close = await keepOpen(`${folder}/link.h5`);
    const slot = await slotOf(nodeFs, `${folder}/x.h5`);
    writeFileSync(`${folder}/x.h5`, "");
    expect(await slotOf(nodeFs, `${folder}/link.h5`)).toBe(slot);
    expect(await slotOf(nodeFs, `${folder}/x.h5`)).toBe(slot);
    await close();
  });

  it("is found with each way of importing node:fs", async () => {
    const close = await keepOpen(`${folder}/x.h5`);
    expect(await slotOf(namespaceFs, `${folder}/x.h5`)).toBe(await slotOf(nodeFs, `${folder}/x.h5`));
    await close();
  });

  it("is shared by two copies of this package", async () => {
    vi.resetModules();
    const copy = await import("../src/open-files.js");
    expect(copy.withFile).not.toBe(withFile);
    const log: string[] = [];
    const held = gate();
    const first = withFile(nodeFs, `${folder}/x.h5`, async (slot) => {
      await held.promise;
      slot.open = {
        release: async () => {
          log.push("released");
        },
      };
      log.push("first");
    });
    const second = copy.withFile(nodeFs, `${folder}/x.h5`, async (slot) => {
      log.push(slot.open === undefined ? "second found nothing" : "second");
    });
    await turn();
    expect(log).toEqual([]);
    held.open();
    await Promise.all([first, second]);
    await copy.withFilesReleased(nodeFs, folder, async () => undefined);
    expect(log).toEqual(["first", "second", "released"]);
  });

  it("lists its lock while it is in use, and leaves nothing afterwards", async () => {
    const path = nodeFs.realpathSync(folder);
    const held = gate();
    const call = withFile(nodeFs, `${folder}/x.h5`, () => held.promise);
    expect(fileLocks().get(`${path}/x.h5`)?.locked).toBe(true);
    held.open();
    await call;
    expect(fileLocks().has(`${path}/x.h5`)).toBe(false);
    const close = await keepOpen(`${folder}/x.h5`);
    expect(fileLocks().get(`${path}/x.h5`)?.locked).toBe(false);
    await close();
    expect(fileLocks().has(`${path}/x.h5`)).toBe(false);
  });

  it("can be moved while it is open: released first, found under its new name", async () => {
    writeFileSync(`${folder}/x.h5`, "content");
    let released = 0;
    await withFile(nodeFs, `${folder}/x.h5`, async (slot) => {
      slot.open = {
        release: async () => {
          expect(existsSync(`${folder}/x.h5`)).toBe(true);
          released += 1;
        },
      };
    });
    await withFilesReleased(nodeFs, `${folder}/x.h5`, async () => {
      expect(released).toBe(1);
      renameSync(`${folder}/x.h5`, `${folder}/y.h5`);
    });
    await withFile(nodeFs, `${folder}/y.h5`, async (slot) => expect(slot.open).toBeUndefined());
    expect(released).toBe(1);
  });
});

describe("withFilesReleased", () => {
  async function open(fs: SyncFileSystem, path: string, release: () => Promise<void>): Promise<void> {
    await withFile(fs, path, async (slot) => {
      slot.open = { release };
    });
  }

  it("releases what is open at a path or beneath it, and nothing else", async () => {
    const fs = emptyFs();
    const released: string[] = [];
    for (const path of ["/p/1/a.h5", "/p/b.h5", "/p.h5", "/p2/c.h5"]) {
      await open(fs, path, async () => {
        released.push(path);
      });
    }
    const result = await withFilesReleased(fs, "/p", async () => {
      expect([...released].sort()).toEqual(["/p/1/a.h5", "/p/b.h5"]);
      return 42;
    });
    expect(result).toBe(42);
    await withFilesReleased(fs, "/p", async () => undefined);
    expect(released).toHaveLength(2);
  });

  it("waits for the running call, and lets the next wait until its work is done", async () => {
    const fs = emptyFs();
    const log: string[] = [];
    const running = gate();
    const moving = gate();
    const before = withFile(fs, "/p/a.h5", async () => {
      await running.promise;
      log.push("before");
    });
    const move = withFilesReleased(fs, "/p", async () => {
      log.push("move starts");
      await moving.promise;
      log.push("move ends");
    });
    running.open();
    await turn();
    expect(log).toEqual(["before", "move starts"]);
    const known = withFile(fs, "/p/a.h5", async () => log.push("known file"));
    // Nothing was open under this name when the move started, and it must not appear in its midst.
    const fresh = withFile(fs, "/p/new.h5", async () => log.push("new file"));
    const elsewhere = withFile(fs, "/q/b.h5", async () => log.push("elsewhere"));
    await turn();
    expect(log).toEqual(["before", "move starts", "elsewhere"]);
    moving.open();
    await Promise.all([before, move, known, fresh, elsewhere]);
    expect(log.slice(3, 4)).toEqual(["move ends"]);
    expect(log.slice(4).sort()).toEqual(["known file", "new file"]);
  });

  it("does not run the work where something could not be flushed, and opens the files again", async () => {
    const fs = emptyFs();
    const work = vi.fn(async () => undefined);
    await open(fs, "/p/a.h5", () => Promise.reject(new Error("disk full")));
    await expect(withFilesReleased(fs, "/p", work)).rejects.toThrow("disk full");
    expect(work).not.toHaveBeenCalled();
    await withFile(fs, "/p/a.h5", async (slot) => {
      expect(slot.open).toBeDefined();
      slot.open = undefined;
    });
    await withFilesReleased(fs, "/p", work);
    expect(work).toHaveBeenCalledOnce();
  });

  it("opens the files again after work that rejected", async () => {
    const fs = emptyFs();
    await expect(withFilesReleased(fs, "/p", () => Promise.reject(new Error("EXDEV")))).rejects.toThrow(
      "EXDEV",
    );
    expect(await withFile(fs, "/p/a.h5", async () => "open")).toBe("open");
  });

  it("releases its locks for a call that holds one file and needs another", async () => {
    const fs = emptyFs();
    const copying = gate();
    // As when the blocks of one file are stored in another: the lock of b is held, that of a is needed now and then.
    const copy = withFile(fs, "/p/b.h5", async () => {
      await copying.promise;
      for (let block = 0; block < 3; block++) await withFile(fs, "/p/a.h5", turn);
      return "copied";
    });
    await open(fs, "/p/a.h5", async () => undefined);
    const move = withFilesReleased(fs, "/p", async () => "moved");
    await turn();
    copying.open();
    expect(await Promise.all([copy, move])).toEqual(["copied", "moved"]);
  });

  it("gets its turn among writers that never pause", async () => {
    const fs = emptyFs();
    let stop = false;
    const writer = async (path: string): Promise<void> => {
      while (!stop) await withFile(fs, path, turn);
    };
    const writers = ["/p/a.h5", "/p/b.h5", "/p/c.h5"].map(writer);
    await turn();
    expect(await withFilesReleased(fs, "/p", async () => "moved")).toBe("moved");
    stop = true;
    await Promise.all(writers);
  });

  it("lets two moves with crossing paths both finish", async () => {
    const fs = emptyFs();
    for (const path of ["/p/a.h5", "/q/b.h5"]) await open(fs, path, async () => undefined);
    const moves = [
      withFilesReleased(fs, ["/p", "/q"], turn),
      withFilesReleased(fs, ["/q", "/p"], turn),
      withFilesReleased(fs, "/", turn),
      withFile(fs, "/q/b.h5", () => withFile(fs, "/p/a.h5", turn)),
    ];
    await Promise.all(moves);
  });
});
