import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { HDF5StorageManager } from "../src/index.js";

const fixture = fileURLToPath(new URL("../../../fixtures/h5py/refused.h5", import.meta.url));
const table = readFileSync(new URL("../../../docs/compatibility.md", import.meta.url), "utf8");

// The row of docs/compatibility.md, a dataset that is of its kind, and what the exception must say.
const REFUSED = [
  ["opaque, bitfield, object and region references, time", "opaque", "opaque[4]"],
  ["opaque, bitfield, object and region references, time", "bitfield8", "bitfield8"],
  ["opaque, bitfield, object and region references, time", "reference", "object reference"],
  ["opaque, bitfield, object and region references, time", "region", "region reference"],
  ["opaque, bitfield, object and region references, time", "time", "time32"],
  ["sequences of variable length that are no strings", "sequence", "vlen of int32"],
  ["integers and floats of odd precision or format, long double, float128", "int12", "int12 (odd precision)"],
  ["integers and floats of odd precision or format, long double, float128", "odd_float", "not IEEE 754"],
  ["integers and floats of odd precision or format, long double, float128", "long_double", "float80"],
  ["integers and floats of odd precision or format, long double, float128", "quadruple", "float128"],
  ["a compound without `field`", "record_of_opaque", "x, raw"],
  ["lzf, zstd, blosc and other plugins", "lzf", "lzf"],
  ["lzf, zstd, blosc and other plugins", "zstd", "zstd"],
] as const;

describe("docs/compatibility.md", () => {
  it.each(REFUSED)("says of %s that it is refused, and %s is, by name", async (row, dataset, name) => {
    const line = table.split("\n").find((text) => text.startsWith(`| ${row} |`));
    expect(line).toMatch(/refused.*`FileStorageException`/);
    const error: unknown = await new HDF5StorageManager(fixture)
      .getData(dataset)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "FileStorageException", code: "FILE_STORAGE" });
    expect(String(error)).toContain(name);
    expect(String(error)).toContain(fixture);
  });

  it("says that what is not refused reads: the other datasets of that file do", async () => {
    const manager = new HDF5StorageManager(fixture);
    expect((await manager.getData("readable")).dtype).toBe("int64");
    expect((await manager.getData("szip")).dtype).toBe("int32");
  });
});
