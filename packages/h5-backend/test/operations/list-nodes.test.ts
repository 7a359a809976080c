import { FileStorageException } from "@tvb-storage/errors";
import { memoryFileSystem } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { Hdf5Structure } from "../../../hdf5/src/objects/hdf5-structure.js";
import { MemoryPort } from "../../../hdf5/test/format/memory-port.js";
import { HDF5StorageManager, verify } from "../../src/index.js";
import { put } from "../fuzz/use-file.js";

const PATH = "/file.h5";

/** A file of six objects, the bytes of one object's header changed. */
async function damagedAt(node: string): Promise<ReturnType<typeof memoryFileSystem>> {
  const fs = memoryFileSystem();
  const m = new HDF5StorageManager(PATH, { fs });
  await m.storeData([1], "a");
  await m.storeData(["text"], "b");
  await m.storeData([1, 2], "inner", { where: "g", chunks: [1], compression: "gzip" });
  await m.storeData([3], "other", { where: "h" });
  const fd = fs.openSync(PATH, "r");
  const bytes = new Uint8Array(fs.fstatSync(fd).size);
  fs.readSync(fd, bytes, 0, bytes.length, 0);
  fs.closeSync(fd);
  const address = new Hdf5Structure(new MemoryPort(bytes)).resolve(node)?.address ?? 0;
  bytes[address + 20] = (bytes[address + 20] ?? 0) ^ 0xff;
  const changed = memoryFileSystem();
  put(changed, PATH, bytes);
  return changed;
}

describe("listNodes of a file in which an object cannot be read", () => {
  it.each([
    ["/a", ["/a unreadable", "/b dataset", "/g group", "/g/inner dataset", "/h group", "/h/other dataset"]],
    ["/g", ["/a dataset", "/b dataset", "/g unreadable", "/h group", "/h/other dataset"]],
    [
      "/g/inner",
      ["/a dataset", "/b dataset", "/g group", "/g/inner unreadable", "/h group", "/h/other dataset"],
    ],
  ])("lists the others beside %s", async (node, expected) => {
    const fs = await damagedAt(node);
    const m = new HDF5StorageManager(PATH, { fs });
    const nodes = await m.listNodes();
    expect(nodes.map(({ path, kind }) => `${path} ${kind}`)).toEqual(expected);
    const found = nodes.find(({ kind }) => kind === "unreadable");
    expect(found).toEqual({ path: node, kind: "unreadable", reason: expect.stringContaining("checksum") });
    expect(found?.reason).not.toContain(PATH);
    expect((await m.getData("other", { where: "h" })).data).toEqual(Float64Array.of(3));
    await expect(m.listNodes({ where: node })).rejects.toThrow(FileStorageException);
    expect((await verify(PATH, { fs })).map(({ path }) => path)).toContain(node);
  });

  it("throws where the root cannot be read", async () => {
    const m = new HDF5StorageManager(PATH, { fs: await damagedAt("/") });
    await expect(m.listNodes()).rejects.toThrow(FileStorageException);
  });
});
