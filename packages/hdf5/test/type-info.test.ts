import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { open } from "../src/index.js";

async function opened(name: string) {
  return open(readFileSync(fileURLToPath(new URL(`../../../fixtures/h5py/${name}`, import.meta.url))), {
    name,
  });
}

it("names the fields of a compound with their types, those of nested compounds one by one", async () => {
  const file = await opened("compounds.h5");
  expect(await file.type("/deep")).toEqual({
    dtype: expect.stringMatching(/^compound \{mid: /),
    storedType: expect.stringMatching(/^compound \{mid: /),
    shape: [],
    fields: [
      { name: "mid.in.a", path: ["mid", "in", "a"], dtype: "int32", storedType: "int32", shape: [] },
      { name: "mid.in.b", path: ["mid", "in", "b"], dtype: "int16", storedType: "int16", shape: [] },
      { name: "mid.c", path: ["mid", "c"], dtype: "complex64", storedType: "complex64", shape: [] },
      { name: "last", path: ["last"], dtype: "bool", storedType: "bool", shape: [] },
    ],
  });
  expect((await file.type("/arrays")).fields?.[0]).toEqual({
    name: "grid",
    path: ["grid"],
    dtype: "float32",
    storedType: "array[2, 3] of float32",
    shape: [2, 3],
  });
});

it("names the values of an enumeration, and how others are stored", async () => {
  const file = await opened("numbers.h5");
  expect(await file.type("/enum_i1")).toEqual({
    dtype: "int8",
    storedType: "enum of int8",
    shape: [],
    enumMembers: { RED: 1, GREEN: 2, BLUE: 100 },
  });
  expect(await file.type("/le_f2")).toEqual({ dtype: "float32", storedType: "float16", shape: [] });
});

it("says where there is no dataset", async () => {
  const file = await opened("groups-latest.h5");
  await expect(file.type("/deep")).rejects.toThrow("groups-latest.h5: /deep is a group");
});
