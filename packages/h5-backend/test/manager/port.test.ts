import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { slice } from "@tvb-storage/core";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { blobFile } from "@tvb-storage/files";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { engineIfReady } from "../../src/engine/engine.js";
import { HDF5StorageManager } from "../../src/index.js";

const folder = temporaryFolder("h5-port");
const pathOf = (name: string) =>
  fileURLToPath(new URL(`../../../../fixtures/h5py/${name}.h5`, import.meta.url));
const bytesOf = (path: string) => new Uint8Array(readFileSync(path));

/** All that a manager reads of a file, or the error. */
async function everything(m: HDF5StorageManager): Promise<unknown> {
  const found: unknown[] = [await m.isValidTvbFile()];
  const attempt = async (read: Promise<unknown>) =>
    found.push(
      await read.catch((error: Error) => [error.constructor.name, error.message.replaceAll(m.path, "")]),
    );
  for (const node of await m.listNodes()) {
    found.push(node);
    if (node.kind === "link" || node.kind === "unreadable") continue;
    await attempt(m.getMetadata(node.path));
    if (node.kind !== "dataset") continue;
    await attempt(m.getData(node.path));
    await attempt(m.getDataShape(node.path));
    await attempt(m.getData(node.path, { selection: [slice(0, null, 2)] }));
    const blocks: unknown[] = [];
    const stream = async () => {
      for await (const block of m.streamData(node.path, { blockBytes: 64 })) blocks.push(block);
    };
    await attempt(stream());
    found.push(blocks);
  }
  return found;
}

describe("a manager that reads through a port", () => {
  it.each(["layouts-latest", "strings", "compounds", "numbers", "groups-latest", "attributes-earliest"])(
    "reads of %s what one of the file does, without HDF5",
    async (name) => {
      const expected = await everything(new HDF5StorageManager(pathOf(name)));
      const bytes = bytesOf(pathOf(name));
      expect(await everything(new HDF5StorageManager(pathOf(name), { port: bytes }))).toEqual(expected);
      const port = blobFile(new Blob([bytes]));
      expect(await everything(new HDF5StorageManager(pathOf(name), { port }))).toEqual(expected);
      expect(engineIfReady()).toBeUndefined();
    },
  );

  it("reads TVB's metadata and its version", async () => {
    const path = folder("tvb.h5");
    const m = new HDF5StorageManager(path);
    await m.storeData([1, 2, 3], "x");
    await m.setMetadata({ when: new Date(0), yes: true, text: "ä" }, "x");
    const port = new HDF5StorageManager("on a server", { port: blobFile(new Blob([bytesOf(path)])) });
    expect(await port.getMetadata("x")).toEqual(await m.getMetadata("x"));
    expect(await port.getFileDataVersion()).toBe(await m.getFileDataVersion());
    await port.closeFile();
    expect((await port.getData("x")).data).toEqual(Float64Array.of(1, 2, 3));
  });

  it("refuses every change by name, with what to do", async () => {
    const path = folder("changes.h5");
    await new HDF5StorageManager(path).storeData([1, 2, 3], "x");
    const before = bytesOf(path);
    const m = new HDF5StorageManager("on a server", { port: before });
    const blocks = { dtype: "float64" as const, shape: [1], blocks: [Float64Array.of(1)] };
    for (const change of [
      m.storeData([1], "y"),
      m.storeData(blocks, "y"),
      m.appendData([1], "x"),
      m.setMetadata({ a: 1 }, "x"),
      m.removeMetadata("a", "x", { checkExistence: true }),
      m.removeData("x"),
    ]) {
      await expect(change).rejects.toThrow(FileStorageException);
      await expect(change).rejects.toThrow(/on a server is read through a port and cannot be changed; .* fs/);
    }
    expect(before).toEqual(bytesOf(path));
  });

  it("says what is wrong with the port, and with what is no HDF5", async () => {
    const junk = new HDF5StorageManager("junk", { port: new Uint8Array(5000) });
    expect(await junk.isValidTvbFile()).toBe(false);
    await expect(junk.getData("x")).rejects.toThrow(FileStructureException);
    await expect(junk.getFileDataVersion()).rejects.toMatchObject({ code: "INCOMPATIBLE_FILE_MANAGER" });
    expect(() => new HDF5StorageManager("x", { port: 5 as never })).toThrow(/size and read/);
    expect(() => new HDF5StorageManager("x", { port: new Uint8Array(9), externalContent: "follow" })).toThrow(
      /which a port has not/,
    );
    let calls = 0;
    const flaky = {
      size: bytesOf(pathOf("numbers")).length,
      async read(target: Uint8Array, position: number) {
        calls += 1;
        if (calls === 1) throw new FileStorageException("the network is gone");
        const part = bytesOf(pathOf("numbers")).subarray(position, position + target.length);
        target.set(part);
        return part.length;
      },
    };
    const m = new HDF5StorageManager("x", { port: flaky });
    await m.listNodes().catch(() => undefined);
    expect((await m.listNodes()).length).toBeGreaterThan(5);
  });
});
