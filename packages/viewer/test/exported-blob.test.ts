import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type NodeInfo, type Selection, slice } from "@tvb-storage/core/arrays";
import { blobFile } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { openHdf5 } from "../src/data/hdf5-data-file.js";
import { type ExportFormat, type ExportOptions, exportedBlob } from "../src/export/exported-blob.js";
import type { SelectedData } from "../src/export/selected-data.js";

interface Asked extends ExportOptions {
  readonly selection?: Selection;
  readonly field?: string;
  readonly labels?: SelectedData["labels"];
}

async function exported(
  format: ExportFormat,
  name: string,
  path: string,
  { selection, field, labels, ...options }: Asked = {},
): Promise<Blob> {
  const location = fileURLToPath(new URL(`../../../fixtures/h5py/${name}`, import.meta.url));
  const data = await openHdf5(blobFile(new Blob([readFileSync(location)])), name);
  const node = (await data.list()).find((each) => each.path === path) as NodeInfo; // the fixture has it
  const file = {
    id: name,
    path: name,
    location: `/data/it's ${name}`,
    bytes: () => Promise.reject(new Error("not asked")),
    data: async () => data,
  };
  return exportedBlob(format, { file, data, path, selection, field, labels }, node, options);
}

const csv = async (...asked: Parameters<typeof exported> extends [unknown, ...infer Rest] ? Rest : never) =>
  (await exported("csv", ...asked)).text();

it("writes what is selected as CSV, each number with the digits that it needs", async () => {
  expect(await csv("numbers.h5", "/le_f8", { selection: [slice(1, null), slice(0, 4, 3)] })).toBe(
    "0.3333333333333333,2.2250738585072014e-308\r\n5e-324,nan\r\n",
  );
  expect(await csv("numbers.h5", "/le_f4", { selection: [1] })).toBe(
    "0.33333334\r\n3.4028235e+38\r\n-3.4028235e+38\r\n1.1754944e-38\r\n",
  );
  expect(await csv("numbers.h5", "/be_u8", { selection: [0, 1] })).toBe("18446744073709551615\r\n");
  expect(await csv("numbers.h5", "/le_c16", {})).toBe("1,2\r\n-0,-0.5\r\nnan,inf\r\n0,0\r\n");
  expect(await csv("numbers.h5", "/bool", { labels: [["up", "down"]] })).toBe(
    "up,True,False\r\ndown,False,False\r\n",
  );
  expect(await csv("strings.h5", "/vlen_utf8")).toBe('ä\r\n""\r\nnaïve ☃ 🧠\r\ntab\tend\r\n');
});

it("writes a field of a compound, also one with axes of its own and one of a scalar", async () => {
  expect(await csv("compounds.h5", "/deep", { field: "mid.in.b" })).toBe("2\r\n6\r\n");
  expect(await csv("compounds.h5", "/arrays", { field: "grid", selection: [1, 0] })).toBe("8\r\n9\r\n10\r\n");
  await expect(csv("compounds.h5", "/deep")).rejects.toThrow("is a compound; read one of its fields");
});

it("leaves out labels that are not those of the selection", async () => {
  expect(await csv("numbers.h5", "/bool", { labels: [["a", "b", "c"], ["x"]] })).toBe(
    "True,False\r\nFalse,False\r\n",
  );
});

it("writes a .npy file of format 1.0", async () => {
  const blob = await exported("npy", "numbers.h5", "/be_i2", { selection: [null, slice(1, 3)] });
  const header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 2), }".padEnd(117);
  expect(Buffer.from(await blob.arrayBuffer())).toEqual(
    Buffer.concat([
      Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, "latin1"),
      Buffer.from([0xff, 0x7f, 0x00, 0x00, 0xaa, 0x2a, 0x55, 0xd5]), // 32767, 0, 10922, -10923
    ]),
  );
});

it("refuses a file above the bound, with the command that makes it", async () => {
  await expect(
    exported("npy", "numbers.h5", "/le_f8", { selection: [slice(1, 3)], maxBytes: 63 }),
  ).rejects.toThrow(
    "command line: tvb-storage show '/data/it'\\''s numbers.h5' /le_f8 --select 1:3 --npy -o data.npy",
  );
  await expect(exported("csv", "strings.h5", "/vlen_long", { maxBytes: 1000 })).rejects.toThrow(
    "larger than",
  );
});

it("reports elements, and ends where it is cancelled", async () => {
  const reports: [number, number][] = [];
  await exported("npy", "strings.h5", "/vlen_utf8", { onProgress: (...each) => reports.push(each) });
  expect(reports.at(-1)).toEqual([8, 8]);
  await expect(exported("csv", "numbers.h5", "/le_f8", { signal: AbortSignal.abort() })).rejects.toThrow(
    "cancelled",
  );
});
