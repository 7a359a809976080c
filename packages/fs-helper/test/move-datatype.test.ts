import nodeFs, * as namespaceFs from "node:fs";
import { tmpdir } from "node:os";
import { FileStructureException } from "@tvb-storage/errors";
import type { FileSystem } from "@tvb-storage/files";
import type { MemoryFileSystem } from "@tvb-storage/testkit";
import { describe, expect, test } from "vitest";
import { itWith, onlyWhere } from "../../../test/support/judges.js";
import { FilesHelper } from "../src/index.js";
import { describeOnDisks, onDevices, placeOf, systemError, TestDisk, withPromises } from "./disks.js";

describeOnDisks("moving a datatype", (disk) => {
  const projects = () => `${disk().root}/PROJECTS`;

  test("moves the file into the folder of the operation, which is created, and returns its new path", async () => {
    const source = disk().write(`${projects()}/P/1/x.h5`, "data");
    expect(await disk().helper().moveDatatype("Q", 7, source)).toBe(`${projects()}/Q/7/x.h5`);
    expect(disk().tree(projects())).toEqual({
      P: null,
      "P/1": null,
      Q: null,
      "Q/7": null,
      "Q/7/x.h5": "data",
    });
  });

  test("takes a folder with all that is in it, for backends that store folders", async () => {
    disk().write(`${projects()}/P/1/x.npy/meta.json`, "{}");
    disk().write(`${projects()}/P/1/x.npy/a/b.npy`, "b");
    await disk().helper().moveDatatype("P", "2", `${projects()}/P/1/x.npy/`);
    expect(disk().tree(`${projects()}/P/2`)).toEqual({
      "x.npy": null,
      "x.npy/a": null,
      "x.npy/a/b.npy": "b",
      "x.npy/meta.json": "{}",
    });
    expect(disk().list(`${projects()}/P/1`)).toEqual([]);
  });

  test("takes a file from outside the storage root", async () => {
    const source = disk().write(`${disk().outside}/x.h5`, "data");
    await disk().helper().moveDatatype("P", 1, source);
    expect(disk().read(`${projects()}/P/1/x.h5`)).toBe("data");
    expect(disk().list(disk().outside)).toEqual([]);
  });

  test("refuses an existing target of any kind, and changes neither", async () => {
    const source = disk().write(`${projects()}/P/1/x.h5`, "new");
    disk().write(`${projects()}/P/2/x.h5`, "old");
    disk().fs.mkdirSync(`${projects()}/P/3/x.h5`, { recursive: true });
    disk().fs.mkdirSync(`${projects()}/P/4`);
    disk().fs.symlinkSync(`${disk().outside}/none`, `${projects()}/P/4/x.h5`);
    for (const operation of [2, 3, 4]) {
      const attempt = disk().helper().moveDatatype("P", operation, source);
      await expect(attempt).rejects.toThrow(FileStructureException);
      await expect(attempt).rejects.toThrow(/named x.h5 is in .* already; move or remove it first/);
    }
    expect(disk().read(source)).toBe("new");
    expect(disk().read(`${projects()}/P/2/x.h5`)).toBe("old");
    await expect(disk().helper().moveDatatype("P", 1, source)).rejects.toThrow(/it is there already/);
  });

  test("of a missing source is refused before anything is made", async () => {
    const attempt = disk().helper().moveDatatype("P", 1, `${disk().outside}/x.h5`);
    await expect(attempt).rejects.toThrow(
      `cannot move ${disk().outside}/x.h5 to ${projects()}/P/1/x.h5: there is no such file or folder`,
    );
    expect(disk().fs.existsSync(disk().root)).toBe(false);
  });

  test("of a folder into itself is refused", async () => {
    disk().write(`${projects()}/P/1/x.h5`);
    await expect(disk().helper().moveDatatype("P", 1, `${projects()}/P`)).rejects.toThrow(
      /it would be in itself/,
    );
    expect(disk().read(`${projects()}/P/1/x.h5`)).toBe("content");
  });

  test("of two simultaneous moves to one target, one is done and one refused", async () => {
    const a = disk().write(`${projects()}/A/1/x.h5`, "a");
    const b = disk().write(`${projects()}/B/1/x.h5`, "b");
    const fs = onDevices(disk().fs, [`${projects()}/A`, `${projects()}/B`]);
    const done = await Promise.allSettled([
      disk().helper({ fs }).moveDatatype("C", 1, a),
      disk().helper({ fs }).moveDatatype("C", 1, b),
    ]);
    expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const left = [a, b].filter((path) => disk().fs.existsSync(path));
    expect(left).toHaveLength(1);
    expect(disk().read(`${projects()}/C/1/x.h5`)).toBe(left[0] === a ? "b" : "a");
  });

  test("of two moves to one target by two storage roots that are one folder, one is refused", async () => {
    const a = disk().write(`${disk().outside}/a/x.h5`, "a");
    const b = disk().write(`${disk().outside}/b/x.h5`, "b");
    disk().fs.mkdirSync(disk().root);
    disk().fs.symlinkSync(disk().root, `${disk().outside}/root`);
    const done = await Promise.allSettled([
      disk().helper().moveDatatype("C", 1, a),
      disk()
        .helper({ storageRoot: `${disk().outside}/root` })
        .moveDatatype("C", 1, b),
    ]);
    expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const left = [a, b].filter((path) => disk().fs.existsSync(path));
    expect(left).toHaveLength(1);
  });

  describe("across devices", () => {
    const away = () => `${disk().outside}/device`;
    const fs = () => onDevices(disk().fs, [away()]);
    const helper = () => disk().helper({ fs: fs() });

    test("copies a file with its mode and time, then removes the source", async () => {
      const large = "0123456789abcdef".repeat(200_000); // 3.2 MB, beyond the buffer
      const source = disk().write(`${away()}/x.h5`, large);
      disk().fs.chmodSync(source, 0o640);
      disk().fs.utimesSync(source, 1_600_000_000, 1_600_000_000);
      const target = await helper().moveDatatype("P", 1, source);
      expect(disk().read(target)).toBe(large);
      expect(disk().mode(target)).toBe(0o640);
      expect(Number(disk().fs.statSync(target).mtimeMs)).toBe(1_600_000_000_000);
      expect(disk().list(away())).toEqual([]);
      expect(disk().list(`${projects()}/P/1`)).toEqual(["x.h5"]);
    });

    test("copies a folder with its modes, and leaves nothing else on either side", async () => {
      disk().write(`${away()}/x/a.npy`, "a");
      disk().write(`${away()}/x/deep/b.npy`, "b");
      disk().fs.mkdirSync(`${away()}/x/empty`);
      disk().fs.chmodSync(`${away()}/x/deep`, 0o750);
      const target = await helper().moveDatatype("P", 1, `${away()}/x`);
      expect(disk().tree(target)).toEqual({ "a.npy": "a", deep: null, "deep/b.npy": "b", empty: null });
      expect(disk().mode(`${target}/deep`)).toBe(0o750);
      expect(disk().list(away())).toEqual([]);
      expect(disk().list(`${projects()}/P/1`)).toEqual(["x"]);
    });

    test("refuses a folder with a link in it, and leaves the source and no target", async () => {
      disk().write(`${away()}/x/a.npy`);
      disk().fs.symlinkSync("/etc/passwd", `${away()}/x/link`);
      const attempt = helper().moveDatatype("P", 1, `${away()}/x`);
      await expect(attempt).rejects.toThrow(`cannot copy ${away()}/x/link: it is a symbolic link`);
      expect(disk().list(`${away()}/x`)).toEqual(["a.npy", "link"]);
      expect(disk().list(`${projects()}/P/1`)).toEqual([]);
    });

    test("keeps times, also those before 1970", async () => {
      const source = disk().write(`${away()}/x/a.h5`, "data");
      for (const [path, time] of [
        [source, new Date("1955-11-05T06:15:00.250Z")],
        [`${away()}/x`, new Date("1969-12-31T23:59:59.500Z")],
      ] as const)
        fs().utimesSync(path, time, time);
      const target = await disk().helper({ fs: fs() }).moveDatatype("P", 1, `${away()}/x`);
      expect(Number(fs().statSync(target).mtimeMs)).toBe(Date.parse("1969-12-31T23:59:59.500Z"));
      expect(Number(fs().statSync(`${target}/a.h5`).mtimeMs)).toBe(Date.parse("1955-11-05T06:15:00.250Z"));
    });

    test("says that both are there where the source cannot be removed", async () => {
      const source = disk().write(`${away()}/x.h5`, "data");
      const locked = withPromises(fs(), (promises) => ({
        rename: (from, to) =>
          placeOf(fs(), from) === source && placeOf(fs(), to).startsWith(away())
            ? Promise.reject(systemError("EACCES"))
            : promises.rename(from, to),
      }));
      const attempt = disk().helper({ fs: locked }).moveDatatype("P", 1, source);
      await expect(attempt).rejects.toThrow(
        `${source} was copied to ${projects()}/P/1/x.h5, which is complete, but could not be removed: ` +
          `cannot remove ${source}: no permission (EACCES)`,
      );
      expect(disk().read(source)).toBe("data");
      expect(disk().read(`${projects()}/P/1/x.h5`)).toBe("data");
    });
  });
});

test("of two moves to one target by two objects that are both the disk, one is refused", async () => {
  const folder = nodeFs.mkdtempSync(`${nodeFs.realpathSync(tmpdir())}/fs-helper-`);
  try {
    const move = (fs: FileSystem, name: string) => {
      nodeFs.mkdirSync(`${folder}/${name}`);
      nodeFs.writeFileSync(`${folder}/${name}/x.h5`, name);
      const helper = new FilesHelper({ storageRoot: `${folder}/storage`, fs });
      return helper.moveDatatype("P", 1, `${folder}/${name}/x.h5`);
    };
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    let first = Promise.resolve("");
    await new Promise<void>((reached) => {
      const rename = async (from: string, to: string): Promise<void> => {
        reached();
        await held;
        await nodeFs.promises.rename(from, to);
      };
      first = move({ ...nodeFs, promises: { ...nodeFs.promises, rename } }, "first");
    });
    await expect(move(nodeFs, "second")).rejects.toThrow(/another move to it is under way/);
    await expect(move(namespaceFs, "third")).rejects.toThrow(/another move to it is under way/);
    go();
    expect(nodeFs.readFileSync(await first, "utf8")).toBe("first");
    expect(nodeFs.readFileSync(`${folder}/second/x.h5`, "utf8")).toBe("second");
  } finally {
    nodeFs.rmSync(folder, { recursive: true });
  }
});

/** Two folders on two devices of this machine, where it has them. */
function realDevices(): readonly [string, string] | undefined {
  const candidates = ["/dev/shm", "/tmp", "/var/tmp", process.cwd()].filter((path) =>
    nodeFs.existsSync(path),
  );
  for (const one of candidates)
    for (const other of candidates)
      if (nodeFs.statSync(one).dev !== nodeFs.statSync(other).dev) return [one, other];
  return undefined;
}

const devices = realDevices();

itWith(onlyWhere(devices !== undefined, "no second disk such as /dev/shm"))(
  "moves between two devices of this machine",
  async () => {
    const folders = (devices ?? []).map((device) => nodeFs.mkdtempSync(`${device}/fs-helper-`));
    try {
      const [from = "", to = ""] = folders;
      // memfs's type is that of node:fs but for overloads, which the tests do not use.
      const disk = new TestDisk(nodeFs as unknown as MemoryFileSystem, to, false);
      disk.write(`${from}/x/a.npy`, "a");
      expect(() => nodeFs.renameSync(`${from}/x`, `${to}/x`)).toThrow(/EXDEV/);
      await disk.helper().moveDatatype("P", 1, `${from}/x`);
      expect(disk.tree(to)).toEqual({
        PROJECTS: null,
        "PROJECTS/P": null,
        "PROJECTS/P/1": null,
        "PROJECTS/P/1/x": null,
        "PROJECTS/P/1/x/a.npy": "a",
      });
      expect(disk.list(from)).toEqual([]);
    } finally {
      for (const folder of folders) nodeFs.rmSync(folder, { recursive: true });
    }
  },
);
