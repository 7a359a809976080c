import { FileStructureException } from "@tvb-storage/errors";
import { expect, test } from "vitest";
import { describeOnDisks, placeOf, systemError, withPromises } from "./disks.js";

describeOnDisks("disk usage", (disk) => {
  const zeros = (bytes: number) => new Uint8Array(bytes);

  test("of a file is its size in KiB, rounded down", async () => {
    const helper = disk().helper();
    expect(await helper.computeSizeOnDisk(disk().write(`${disk().root}/a`, zeros(1023)))).toBe(0);
    expect(await helper.computeSizeOnDisk(disk().write(`${disk().root}/b`, zeros(2047)))).toBe(1);
    expect(await helper.computeSizeOnDisk(disk().write(`${disk().root}/c`, zeros(4096)))).toBe(4);
  });

  test("of a folder is that of all files in it, at every level, rounded once", async () => {
    const { root } = disk();
    disk().write(`${root}/a.h5`, zeros(700));
    disk().write(`${root}/1/b.txt`, zeros(700));
    disk().write(`${root}/1/2/3/c.h5`, zeros(700));
    disk().fs.mkdirSync(`${root}/empty`);
    expect(await disk().helper().computeSizeOnDisk(root)).toBe(2); // 2100 / 1024
    expect(await disk().helper().computeRecursiveH5DiskUsage(root)).toBe(1); // 1400 / 1024
  });

  test("of HDF5 files counts only names that end in .h5, and rounds", async () => {
    const { root } = disk();
    disk().write(`${root}/a.h5`, zeros(1536));
    disk().write(`${root}/a.h5.bak`, zeros(9000));
    disk().write(`${root}/ah5`, zeros(9000));
    disk().write(`${root}/Project.xml`, zeros(9000));
    expect(await disk().helper().computeRecursiveH5DiskUsage(root)).toBe(2);
    expect(await disk().helper().computeRecursiveH5DiskUsage(`${root}/a.h5`)).toBe(2);
  });

  test("of what is missing is 0", async () => {
    expect(await disk().helper().computeSizeOnDisk(`${disk().root}/none`)).toBe(0);
    expect(await disk().helper().computeRecursiveH5DiskUsage(`${disk().root}/none`)).toBe(0);
  });

  test("does not follow links, so that a cycle of links ends", async () => {
    const { fs, outside, root } = disk();
    disk().write(`${outside}/large.h5`, zeros(100_000));
    disk().write(`${root}/a.h5`, zeros(2048));
    fs.symlinkSync(outside, `${root}/out`);
    fs.symlinkSync(root, `${root}/circle`);
    fs.symlinkSync(`${outside}/large.h5`, `${root}/link.h5`);
    expect(await disk().helper().computeSizeOnDisk(root)).toBe(2);
    expect(await disk().helper().computeRecursiveH5DiskUsage(root)).toBe(2);
  });

  test("counts hundreds of files in one folder", async () => {
    for (let n = 0; n < 300; n++) disk().write(`${disk().root}/${n}.h5`, zeros(1024));
    expect(await disk().helper().computeSizeOnDisk(disk().root)).toBe(300);
  });

  test("ignores files and folders that are removed meanwhile", async () => {
    const { root } = disk();
    disk().write(`${root}/a.h5`, zeros(2048));
    disk().write(`${root}/gone.h5`, zeros(2048));
    disk().write(`${root}/folder/b.h5`, zeros(2048));
    const fs = withPromises(disk().fs, (promises) => ({
      lstat: (path) =>
        path.endsWith("gone.h5") ? Promise.reject(systemError("ENOENT")) : promises.lstat(path),
      readdir: (path, options) =>
        placeOf(disk().fs, path).endsWith("/folder")
          ? Promise.reject(systemError("ENOENT"))
          : promises.readdir(path, options),
    }));
    expect(await disk().helper({ fs }).computeSizeOnDisk(root)).toBe(2);
  });

  test("of a folder that must not be read is a FileStructureException, not a wrong number", async () => {
    const { root } = disk();
    disk().write(`${root}/locked/b.h5`, zeros(2048));
    const fs = withPromises(disk().fs, (promises) => ({
      readdir: (path, options) =>
        placeOf(disk().fs, path).endsWith("/locked")
          ? Promise.reject(systemError("EACCES"))
          : promises.readdir(path, options),
    }));
    await expect(disk().helper({ fs }).computeSizeOnDisk(root)).rejects.toThrow(FileStructureException);
    await expect(disk().helper({ fs }).computeSizeOnDisk(root)).rejects.toThrow(
      /cannot measure .*no permission/,
    );
  });
});
