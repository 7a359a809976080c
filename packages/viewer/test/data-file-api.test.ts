import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { blobFile } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { openHdf5 } from "../src/data/hdf5-data-file.js";
import { DataFileApi } from "../src/views/general/data-file-api.js";

async function apiOf(name: string) {
  const location = fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));
  const data = await openHdf5(blobFile(new Blob([readFileSync(location)])), name);
  const nodes = await data.list();
  const file = {
    id: name,
    path: name,
    location,
    bytes: () => Promise.reject(new Error()),
    data: async () => data,
  };
  const shown: unknown[] = [];
  return { api: new DataFileApi(file, data, nodes, (...each) => shown.push(each)), shown };
}

const integer = (size: number, signed = true) => ({ class: "Integer", signed, size, endianness: undefined });
const float = (size: number) => ({ class: "Float", size, endianness: undefined });
const scalar = { class: "Scalar", dims: [] };

it("describes groups with their members, links among them", async () => {
  const { api } = await apiOf("h5py/groups-latest.h5");
  const root = await api.getEntity("/");
  expect(root).toMatchObject({ kind: "group", path: "/", name: "" });
  const children = "children" in root ? root.children : [];
  expect(children.find(({ name }) => name === "deep")).toMatchObject({ kind: "group", path: "/deep" });
  expect(await api.getEntity("/deep/er/leaf")).toMatchObject({
    kind: "dataset",
    shape: scalar,
    type: float(64),
  });
  await expect(api.getEntity("/nothing")).rejects.toThrow("/nothing: nothing is there");
});

it("describes types as h5web knows them", async () => {
  const { api } = await apiOf("h5py/numbers.h5");
  const typeOf = async (path: string) => {
    const entity = await api.getEntity(path);
    return "type" in entity ? entity.type : undefined;
  };
  expect(await typeOf("/le_u8")).toEqual(integer(64, false));
  expect(await typeOf("/be_i2")).toEqual(integer(16));
  expect(await typeOf("/le_f2")).toEqual(float(16));
  expect(await typeOf("/bool")).toEqual({ class: "Boolean", base: integer(8) });
  expect(await typeOf("/le_c8")).toEqual({ class: "Complex", realType: float(32), imagType: float(32) });
  expect(await typeOf("/enum_u1")).toEqual({
    class: "Enumeration",
    base: integer(8, false),
    mapping: { 1: "RED", 2: "GREEN", 100: "BLUE" },
  });
  expect(await typeOf("/array_le_f4")).toEqual(float(32));
  expect(await api.getEntity("/null_f8")).toMatchObject({ shape: { class: "Null" } });

  const compounds = (await apiOf("h5py/compounds.h5")).api;
  const arrays = await compounds.getEntity("/arrays");
  expect("type" in arrays && arrays.type).toEqual({
    class: "Compound",
    fields: new Map<string, unknown>([
      ["grid", { class: "Array", base: float(32), dims: [2, 3] }],
      ["n", integer(64)],
    ]),
  });
});

it("gives values of slices and of attributes", async () => {
  const { api, shown } = await apiOf("foreign/weather.nc");
  const { api: numbers } = await apiOf("h5py/numbers.h5");
  const dataset = async (from: DataFileApi, path: string) => {
    const entity = await from.getEntity(path);
    if (entity.kind !== "dataset" || !("shape" in entity) || entity.shape.class === "Null")
      throw new Error(path);
    // The check above says that its shape is that of an array or a scalar.
    return entity as Parameters<DataFileApi["getValue"]>[0]["dataset"];
  };
  const array = await dataset(numbers, "/array_u1");
  expect(await numbers.getValue({ dataset: array, selection: "1,:,2" })).toEqual(Uint8Array.of(8, 11));
  expect(await numbers.getValue({ dataset: array, selection: "1,1,2" })).toBe(11);
  expect(await numbers.getValue({ dataset: await dataset(numbers, "/bool_scalar") })).toBe(1);
  expect(await numbers.getValue({ dataset: await dataset(numbers, "/be_c8") })).toEqual([
    [1, 2],
    [-0, -0.5],
    [Number.NaN, Number.POSITIVE_INFINITY],
    [0, 0],
  ]);
  const compounds = (await apiOf("h5py/compounds.h5")).api;
  expect(await compounds.getValue({ dataset: await dataset(compounds, "/arrays"), selection: "1" })).toEqual([
    [8, 9, 10, 11, 12, 13],
    14n,
  ]);

  const root = await api.getEntity("/");
  const values = await api.getAttrValues(root);
  expect(Object.keys(values).sort()).toEqual(root.attributes.map(({ name }) => name).sort());

  expect(shown).toEqual([]);
  numbers.getExportURL("csv", array, "0,:,:");
  const { api: watched, shown: reported } = await apiOf("h5py/numbers.h5");
  watched.getExportURL("csv", array, "0,:,:");
  await Promise.resolve();
  expect(reported).toEqual([["/array_u1", [0, null, null]]]);
});

it("stops reading where it is told to, with h5web's own reason", async () => {
  const { api } = await apiOf("h5py/numbers.h5");
  const entity = await api.getEntity("/le_f8");
  const reason = new Error("of h5web");
  await expect(
    api.getValue(
      { dataset: entity as Parameters<DataFileApi["getValue"]>[0]["dataset"] },
      AbortSignal.abort(reason),
    ),
  ).rejects.toBe(reason);
});
