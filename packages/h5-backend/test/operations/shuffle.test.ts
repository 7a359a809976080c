import { execFileSync } from "node:child_process";
import { FileStorageException } from "@tvb-storage/errors";
import { describe, expect, it } from "vitest";
import { describeWith, h5py } from "../../../../test/support/judges.js";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { createMemoryFs, memoryBackend } from "../../../testkit/src/index.js";
import { HDF5StorageManager } from "../../src/index.js";

const folder = temporaryFolder("h5-shuffle");
const numbers = Float64Array.from({ length: 50_000 }, (_, i) => 1000 + Math.sin(i / 100));

describe("gzip with shuffle", () => {
  it("is refused by name where a backend has it not", async () => {
    const fs = createMemoryFs();
    const compression = { gzip: 4, shuffle: true } as const;
    const plain = memoryBackend.open("/a", { fs } as never);
    await expect(plain.storeData(numbers, "x", { compression })).rejects.toThrow(/does not shuffle/);
    const hdf5 = new HDF5StorageManager(folder("by-hdf5.h5"), { engine: "h5wasm" });
    await expect(hdf5.storeData(numbers, "x", { compression })).rejects.toThrow(FileStorageException);
    const options = { compression: { gzip: 4, shuffle: 1 } as never };
    await expect(hdf5.storeData(numbers, "x", options)).rejects.toThrow(/shuffle\?: true or false/);
  });
});

describeWith(h5py)("gzip with shuffle", () => {
  it("is what h5py has by that name, and smaller than gzip alone", async () => {
    const path = folder("shuffled.h5");
    const m = new HDF5StorageManager(path);
    await m.storeData(numbers, "x", { compression: { gzip: 6, shuffle: true } });
    await m.storeData(numbers, "plain", { compression: { gzip: 6, shuffle: false } });
    await m.appendData(numbers, "rows", { compression: { gzip: 6, shuffle: true }, chunks: [1000] });
    await m.appendData(numbers.subarray(0, 5), "rows");
    const script = `
import h5py, sys
with h5py.File(sys.argv[1], "r") as f:
    x = f["x"]
    print(x.shuffle, x.compression, x.compression_opts, f["plain"].shuffle, f["rows"].shuffle)
    print(x.id.get_storage_size() < 0.8 * f["plain"].id.get_storage_size())
    print((x[...] == f["plain"][...]).all(), (f["rows"][:50000] == x[...]).all(), f["rows"].shape)
`;
    const said = execFileSync(h5py.command, ["-c", script, path], { encoding: "utf8" }).trim().split("\n");
    expect(said).toEqual(["True gzip 6 False True", "True", "True True (50005,)"]);
    expect((await m.getData("x")).data).toEqual(numbers);
    expect((await m.listNodes()).find(({ path: at }) => at === "/x")).toMatchObject({
      filters: ["shuffle", "gzip"],
    });
  });
});
