import nodeFs from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import type { FileHandle, SyncFileSystem } from "../src/file-system.js";
import { readAll, readAllSync, writeAll, writeAllSync } from "../src/read-write.js";

const folder = temporaryFolder("read-write");
const CONTENT = Uint8Array.from({ length: 100 }, (_, index) => index);

/** A disk that reads and writes at most seven bytes at a time. */
const slow: SyncFileSystem = Object.assign(Object.create(nodeFs), {
  readSync: (fd: number, target: Uint8Array, offset: number, length: number, position: number) =>
    nodeFs.readSync(fd, target, offset, Math.min(length, 7), position),
  writeSync: (fd: number, data: Uint8Array, offset: number, length: number, position: number) =>
    nodeFs.writeSync(fd, data, offset, Math.min(length, 7), position),
});

function slowHandle(fd: number, calls: { count: number } = { count: 0 }): FileHandle {
  const handle: Pick<FileHandle, "read" | "write"> = {
    async read(target, offset, length, position) {
      calls.count += 1;
      return { bytesRead: slow.readSync(fd, target, offset, length, position) };
    },
    async write(data, offset, length, position) {
      return { bytesWritten: slow.writeSync(fd, data, offset, length, position) };
    },
  };
  return handle as FileHandle; // no more of it is used here
}

it("reads and writes all, where a single call takes less", async () => {
  for (const way of ["blocking", "not blocking"]) {
    const fd = nodeFs.openSync(`${folder()}/file`, "w+");
    const read = new Uint8Array(50);
    if (way === "blocking") {
      writeAllSync(slow, fd, CONTENT, 3);
      expect(readAllSync(slow, fd, read, 13)).toBe(50);
    } else {
      await writeAll(slowHandle(fd), CONTENT, 3);
      expect(await readAll(slowHandle(fd), read, 13)).toBe(50);
    }
    expect(read).toEqual(CONTENT.subarray(10, 60));
    expect(nodeFs.fstatSync(fd).size).toBe(103);
    nodeFs.closeSync(fd);
  }
});

it("reads fewer bytes only at the end of the file", async () => {
  const fd = nodeFs.openSync(`${folder()}/file`, "w+");
  writeAllSync(nodeFs, fd, CONTENT, 0);
  expect(readAllSync(slow, fd, new Uint8Array(50), 90)).toBe(10);
  expect(await readAll(slowHandle(fd), new Uint8Array(50), 90)).toBe(10);
  expect(readAllSync(slow, fd, new Uint8Array(50), 200)).toBe(0);
  nodeFs.closeSync(fd);
});

it("stops once it has enough", async () => {
  const fd = nodeFs.openSync(`${folder()}/file`, "w+");
  writeAllSync(nodeFs, fd, CONTENT, 0);
  const calls = { count: 0 };
  expect(await readAll(slowHandle(fd, calls), new Uint8Array(50), 0, 14)).toBe(14);
  expect(calls.count).toBe(2);
  nodeFs.closeSync(fd);
});

it("ends where nothing is written", async () => {
  const full: SyncFileSystem = Object.assign(Object.create(nodeFs), { writeSync: () => 0 });
  const expected = expect.objectContaining({
    code: "EIO",
    message: "EIO: wrote 0 of 100 bytes, then no more",
  });
  expect(() => writeAllSync(full, 0, CONTENT, 0)).toThrow(expected);
  const handle = { write: async () => ({ bytesWritten: 0 }) } as unknown as FileHandle; // no more of it is used here
  await expect(writeAll(handle, CONTENT, 0)).rejects.toThrow(expected);
});
