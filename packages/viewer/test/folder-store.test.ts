import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openZarr } from "../src/data/zarr-data-file.js";
import { type FoundFile, folderStore } from "../src/sources/folder-store.js";
import { countedStore, ReadCount } from "../src/sources/read-count.js";

const fixture = fileURLToPath(
  new URL("../../zarr-backend/test/fixtures/zarr-python/hierarchy.zarr", import.meta.url),
);

/** The files of the hierarchy that zarr-python wrote, as those of a chosen folder. */
function chosen(): Map<string, FoundFile> {
  const entries = readdirSync(fixture, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = `${entry.parentPath}/${entry.name}`;
      const key = path.slice(fixture.length + 1);
      const file = async (): Promise<File> => new File([new Uint8Array(readFileSync(path))], entry.name);
      return [key, { path: key, file }];
    }),
  );
}

it("gives objects, parts and ends of them", async () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const file = async (): Promise<File> => new File(["0123456789"], "c");
  const store = folderStore("a", new Map([["x/c", { path: "x/c", file }]]));
  expect(await store.get("x/c")).toEqual({ bytes: bytes("0123456789") });
  expect(await store.getRange("x/c", { offset: 8, length: 5 })).toEqual(bytes("89"));
  expect(await store.getRange("x/c", { suffix: 3 })).toEqual(bytes("789"));
  expect(await store.getRange("x/c", { suffix: 0 })).toEqual(bytes(""));
  expect(await store.get("x")).toBeUndefined();
  expect(await store.list?.("x/")).toEqual([{ key: "x/c" }]);
});

it("shows a hierarchy that zarr-python wrote, and counts what is read of it", async () => {
  const reads = new ReadCount();
  const data = await openZarr(countedStore(folderStore("hierarchy.zarr", chosen()), reads));
  expect((await data.attributes("/")).get("title")).toEqual({
    array: { dtype: "string", shape: [], data: ["by Python"] },
  });
  const nodes = await data.list();
  expect(nodes.find(({ path }) => path === "/blosc")).toMatchObject({ dtype: "float64", shape: [10, 6] });
  const before = reads.bytes;
  // numpy.arange(60).reshape(10, 6) / 2
  const row = await data.read("/plain", { selection: [9, null] });
  expect([...row.data]).toEqual([27, 27.5, 28, 28.5, 29, 29.5]);
  // Two rows of four float64, and documents.
  expect(reads.bytes - before).toBeGreaterThan(64);
});
