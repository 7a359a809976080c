import { withFile } from "@tvb-storage/files";
import { memoryBackend } from "@tvb-storage/testkit";
import { expect, test } from "vitest";
import { describeOnDisks } from "./disks.js";

describeOnDisks("files that this process has open", (disk) => {
  const projects = () => `${disk().root}/PROJECTS`;
  const manager = (path: string) => memoryBackend.open(path, { fs: disk().fs } as object);

  /** A file with one row that is stored and one that is still in a buffer. */
  async function withBufferedRow(path: string) {
    disk().fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    const open = manager(path);
    await open.appendData([[1, 2]], "rows");
    await open.appendData([[3, 4]], "rows", { closeFile: false });
    return open;
  }

  async function expectBothRows(path: string) {
    expect([...(await manager(path).getData("rows")).data]).toEqual([1, 2, 3, 4]);
  }

  test("are flushed before their project is renamed", async () => {
    await withBufferedRow(`${projects()}/P/1/x.mem`);
    await disk().helper().renameProjectStructure("P", "Q");
    await expectBothRows(`${projects()}/Q/1/x.mem`);
  });

  test("are flushed before they are moved, alone or in a folder", async () => {
    await withBufferedRow(`${projects()}/P/1/x.mem`);
    await disk().helper().moveDatatype("P", 2, `${projects()}/P/1/x.mem`);
    await expectBothRows(`${projects()}/P/2/x.mem`);
    await withBufferedRow(`${projects()}/P/3/y.mem`);
    await disk().helper().moveDatatype("P", 4, `${projects()}/P/3`);
    await expectBothRows(`${projects()}/P/4/3/y.mem`);
  });

  test("are moved also where all data is still in a buffer", async () => {
    disk().fs.mkdirSync(`${projects()}/P/1`, { recursive: true });
    const path = `${projects()}/P/1/new.mem`;
    await manager(path).appendData([1], "rows", { closeFile: false });
    expect(await disk().helper().moveDatatype("P", 2, path)).toBe(`${projects()}/P/2/new.mem`);
    expect([...(await manager(`${projects()}/P/2/new.mem`).getData("rows")).data]).toEqual([1]);
  });

  test("are neither overwritten nor lost by a move where all data of the target is still in a buffer", async () => {
    disk().write(`${projects()}/P/1/x.mem`);
    disk().fs.mkdirSync(`${projects()}/P/2`);
    const target = manager(`${projects()}/P/2/x.mem`);
    await target.appendData([[1, 2]], "rows", { closeFile: false });
    await target.appendData([[3, 4]], "rows", { closeFile: false });
    const move = disk().helper().moveDatatype("P", 2, `${projects()}/P/1/x.mem`);
    await expect(move).rejects.toThrow(/x\.mem is in .*\/P\/2 already/);
    expect(disk().read(`${projects()}/P/1/x.mem`)).toBe("content");
    await target.closeFile();
    await expectBothRows(`${projects()}/P/2/x.mem`);
  });

  test("are flushed before they are copied; after a copy over an open file the new content is read", async () => {
    await withBufferedRow(`${projects()}/P/1/x.mem`);
    const other = manager(`${projects()}/P/1/other.mem`);
    await other.storeData([9], "rows");
    await other.getData("rows", { closeFile: false });
    await disk().helper().copyFile(`${projects()}/P/1/x.mem`, `${projects()}/P/1/other.mem`);
    expect([...(await other.getData("rows")).data]).toEqual([1, 2, 3, 4]);
  });

  test("do not block a copy onto another name of themselves", async () => {
    await withBufferedRow(`${projects()}/P/1/x.mem`);
    disk().fs.symlinkSync(`${projects()}/P/1`, `${projects()}/P/link`);
    const copy = disk().helper().copyFile(`${projects()}/P/1/x.mem`, `${projects()}/P/link/x.mem`);
    await copy.catch((error) => expect(error).toMatchObject({ code: "FILE_STRUCTURE" }));
    await expectBothRows(`${projects()}/P/1/x.mem`);
  });

  test("do not come back after they were removed", async () => {
    const open = await withBufferedRow(`${projects()}/P/1/x.mem`);
    await disk().helper().removeOperationData("P", 1);
    await open.closeFile();
    expect(disk().list(`${projects()}/P`)).toEqual([]);
    await expect(open.getData("rows")).rejects.toMatchObject({ code: "FILE_STRUCTURE" });
  });

  test("stay where they are when they cannot be flushed", async () => {
    const path = disk().write(`${projects()}/P/1/x.mem`);
    const failure = new Error("no space for the buffered rows");
    const occupy = () =>
      withFile(disk().fs, path, async (slot) => {
        slot.open = { release: () => Promise.reject(failure) };
      });
    const helper = disk().helper();
    const calls: (() => Promise<unknown>)[] = [
      () => helper.renameProjectStructure("P", "Q"),
      () => helper.moveDatatype("P", 2, path),
      () => helper.removeOperationData("P", 1),
      () => helper.removeFiles([path]),
      () => helper.copyFile(path, `${disk().root}/copy`),
    ];
    for (const call of calls) {
      await occupy();
      await expect(call(), String(call)).rejects.toThrow(/no space for the buffered rows/);
    }
    expect(disk().read(path)).toBe("content");
    expect(disk().fs.existsSync(`${disk().root}/copy`)).toBe(false);
    await withFile(disk().fs, path, async (slot) => {
      slot.open = undefined;
    });
  });
});
