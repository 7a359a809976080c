import nodeFs from "node:fs";
import type { SyncFileSystem } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/h5py.js";
import { HDF5StorageManager } from "../../src/index.js";

const folder = temporaryFolder();

/** The disk, on which the file is `before` when it is first opened and `after` when it is first read. */
function committing(path: string, before: Uint8Array, after: Uint8Array): SyncFileSystem {
  let isFirst = true;
  let isOpened = false;
  return {
    ...nodeFs,
    openSync: (name, flags, mode) => {
      if (name === path && isFirst) {
        isFirst = false;
        isOpened = true;
        nodeFs.writeFileSync(path, before);
      }
      return nodeFs.openSync(name, flags, mode);
    },
    readSync: (fd, buffer, offset, length, position) => {
      if (isOpened) nodeFs.writeFileSync(path, after);
      isOpened = false;
      return nodeFs.readSync(fd, buffer, offset, length, position);
    },
  };
}

it("a file that grew while it was opened is not taken for one that is cut short", async () => {
  const path = folder("growing.h5");
  const manager = new HDF5StorageManager(path);
  await manager.storeData([1, 2, 3], "x");
  const before = nodeFs.readFileSync(path);
  await manager.storeData(new Float64Array(1000), "y");
  const after = nodeFs.readFileSync(path);
  const reader = () => new HDF5StorageManager(path, { fs: committing(path, before, after) });
  expect(await reader().isValidTvbFile()).toBe(true);
  expect(await reader().getDataShape("y")).toEqual([1000]);
  expect((await reader().getData("y", { closeFile: false })).data).toEqual(new Float64Array(1000));
});

it("a file that is cut short is reported so, also right after it was written", async () => {
  const path = folder("short.h5");
  await new HDF5StorageManager(path).storeData(new Float64Array(1000), "x");
  nodeFs.truncateSync(path, nodeFs.statSync(path).size - 100);
  await expect(new HDF5StorageManager(path).getDataShape("x")).rejects.toThrow("cut short");
});
