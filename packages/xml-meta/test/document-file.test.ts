import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readDocument } from "../src/document-file.js";
import { fileSystems, type TestDisk } from "./file-systems.js";

/** Below and above the length up to which a file is read synchronously. */
const LENGTHS = [0, 1, 65_536, 65_537, 300_000];

describe.each(fileSystems)("readDocument, %s", (_name, open) => {
  let disk: TestDisk;
  let path: string;
  beforeEach(() => {
    disk = open();
    path = `${disk.folder}/a.xml`;
  });
  afterEach(() => disk.remove());
  const content = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) % 256);

  test.each(LENGTHS)("reads all %i bytes", async (length) => {
    disk.fs.writeFileSync(path, content(length));
    expect(await readDocument(disk.fs, path, 1e6, "the file")).toEqual(content(length));
  });

  test.each(LENGTHS)(
    "reads what is left of %i bytes in a file that became shorter than its size said",
    async (length) => {
      disk.fs.writeFileSync(path, content(length));
      const larger = Object.create(disk.fs, {
        statSync: { value: () => ({ size: length + 70_000, isFile: () => true, isDirectory: () => false }) },
      });
      expect(await readDocument(larger, path, 1e6, "the file")).toEqual(content(length));
    },
  );

  test("joins reads that give less than was asked for", async () => {
    disk.fs.writeFileSync(path, content(5000));
    const slow: TestDisk["fs"] = Object.create(disk.fs, {
      readSync: {
        value: (fd: number, buffer: Uint8Array, offset: number, length: number, position: number) =>
          disk.fs.readSync(fd, buffer, offset, Math.min(length, 999), position),
      },
    });
    expect(await readDocument(slow, path, 1e6, "the file")).toEqual(content(5000));
  });

  test("refuses a file beyond the limit, a folder and a missing file", async () => {
    disk.fs.writeFileSync(path, content(10));
    await expect(readDocument(disk.fs, path, 9, "the file")).rejects.toThrow(/the file has 10 bytes/);
    await expect(readDocument(disk.fs, disk.folder, 9, "the file")).rejects.toThrow(
      "the file is a folder, not a file",
    );
    await expect(readDocument(disk.fs, `${path}/b`, 9, "the file")).rejects.toThrow(
      "the file does not exist",
    );
  });
});
