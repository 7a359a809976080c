import { fileURLToPath } from "node:url";
import { FileStorageException } from "@tvb-storage/errors";
import { describe, expect, it } from "vitest";
import { differences, type ExpectedFile, readExpected } from "../../../test/support/expected.js";
import { HDF5StorageManager } from "../src/index.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/h5py/${name}`, import.meta.url));

describe.each([
  ["numbers.h5"],
  ["ranks.h5"],
  ["strings.h5"],
  ["compounds.h5"],
  ["layouts-earliest.h5"],
  ["layouts-v110.h5"],
  ["layouts-latest.h5"],
  ["groups-earliest.h5"],
  ["groups-v108.h5"],
  ["groups-latest.h5"],
  ["attributes-earliest.h5"],
  ["attributes-latest.h5"],
  ["paged.h5"],
  ["free-space-kept.h5"],
  ["sizes-2.h5"],
  ["sizes-4.h5"],
  ["sizes-4-8.h5"],
  ["shared-messages.h5"],
])("%s of h5py", (name) => {
  const { "/refused": _refused, ...attributes } = readExpected(fixture(name)).attributes;
  const expected: ExpectedFile = { ...readExpected(fixture(name)), attributes };

  it("reads as h5py reads it, every value", async () => {
    expect(await differences(new HDF5StorageManager(fixture(name)), expected)).toEqual([]);
  });

  it("lists every object once, and the links, as h5py finds them", async () => {
    const nodes = await new HDF5StorageManager(fixture(name)).listNodes();
    const links = nodes.filter((node) => node.kind === "link").map(({ path, target }) => [path, target]);
    expect(Object.fromEntries(links)).toEqual(expected.links);
    const objects = nodes.filter((node) => node.kind !== "link").map(({ path }) => expected.addresses[path]);
    const { "/": root, ...addresses } = expected.addresses;
    const wanted = new Set(Object.values(addresses).filter((address) => address !== root));
    expect(objects.sort()).toEqual([...wanted].sort());
  });
});

describe("what cannot be represented", () => {
  const path = fixture("refused.h5");

  it.each([
    ["opaque", "opaque[4]"],
    ["bitfield8", "bitfield8"],
    ["bitfield16_be", "bitfield16"],
    ["reference", "object reference"],
    ["region", "region reference"],
    ["sequence", "vlen of int32"],
    ["int12", "int12 (odd precision)"],
    ["uint20_shifted", "uint20 (odd precision)"],
    ["uint24", "uint24 (odd precision)"],
    ["long_double", "float80"],
    ["quadruple", "float128"],
    ["odd_float", "float32 (not IEEE 754)"],
    ["time", "time32"],
  ])("%s is an exception that names the type", async (name, type) => {
    const reading = new HDF5StorageManager(path).getData(name);
    await expect(reading).rejects.toThrow(FileStorageException);
    await expect(reading).rejects.toThrow(`/${name} has the type ${type}, which cannot be represented`);
  });

  it("is an exception for a field too, while the other fields are read", async () => {
    const manager = new HDF5StorageManager(path);
    expect((await manager.getData("record_of_opaque", { field: "x" })).data).toEqual(Float64Array.of(0, 0));
    await expect(manager.getData("record_of_opaque", { field: "raw" })).rejects.toThrow(
      "opaque[4], which cannot be represented",
    );
    await expect(manager.getData("record_of_opaque")).rejects.toThrow("read one of its fields");
  });

  it("a dataset compressed with zstd is an exception that names the filter", async () => {
    const reading = new HDF5StorageManager(path).getData("zstd");
    await expect(reading).rejects.toThrow(FileStorageException);
    await expect(reading).rejects.toThrow("the filter zstd, which this package cannot undo");
  });

  it("leaves the rest of the file readable", async () => {
    const { datasets, ...rest } = readExpected(path);
    const { "/readable": readable, "/data": data, "/szip": szip, "/lzf": lzf } = datasets;
    if (readable === undefined || data === undefined || szip === undefined || lzf === undefined)
      throw new Error("no fixture");
    const expected = {
      ...rest,
      datasets: { "/readable": readable, "/data": data, "/szip": szip, "/lzf": lzf },
    };
    expect(await differences(new HDF5StorageManager(path), expected)).toEqual([]);
  });

  it.each(["attributes-earliest.h5", "attributes-latest.h5"])(
    "is an exception among the metadata of %s, unless left out on request",
    async (name) => {
      const manager = new HDF5StorageManager(fixture(name));
      const reading = manager.getMetadata("refused");
      await expect(reading).rejects.toThrow(FileStorageException);
      await expect(reading).rejects.toThrow('"long_double" of /refused has the type float80');
      expect(await manager.getMetadata("refused", { skipUnreadable: true })).toEqual({});
    },
  );
});
