import nodeFs from "node:fs";
import { MissingDataSetException } from "@tvb-storage/errors";
import { withFilesReleased } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { createMemoryFs, memoryBackend } from "../src/index.js";

const folder = temporaryFolder("memory-backend");

it("keeps content by file system: the same path on two volumes is two files", async () => {
  const [one, two] = [createMemoryFs(), createMemoryFs()];
  await memoryBackend.open("/a.mem", { fs: one }).storeData([1], "x");
  await memoryBackend.open("/a.mem", { fs: two }).storeData([2], "x");
  expect((await memoryBackend.open("/a.mem", { fs: one }).getData("x")).data).toEqual(Float64Array.of(1));
});

it("leaves one marker file, whose first line says what it is", async () => {
  const fs = createMemoryFs();
  await memoryBackend.open("/a.mem", { fs }).storeData([1], "x");
  expect(fs.readdirSync("/")).toEqual(["a.mem"]);
  expect(fs.readFileSync("/a.mem", "utf8")).toMatch(/^tvb-storage memory file [0-9a-f-]{36}\n$/);
  expect(Number(fs.statSync("/a.mem").mode) & 0o777).toBe(0o744);
});

it("uses the disk where no file system is given", async () => {
  const manager = memoryBackend.open(folder("a.mem"));
  await manager.storeData([[1, 2]], "x");
  expect(nodeFs.existsSync(folder("a.mem"))).toBe(true);
  expect(await manager.getDataShape("x")).toEqual([1, 2]);
});

it("follows its marker through a move, with rows that were still buffered", async () => {
  const fs = createMemoryFs();
  const manager = memoryBackend.open("/a.mem", { fs });
  await manager.appendData([1], "x");
  await manager.appendData([2], "x", { closeFile: false });
  await withFilesReleased(fs, "/a.mem", () => fs.promises.rename("/a.mem", "/b.mem"));
  const moved = memoryBackend.open("/b.mem", { fs });
  expect((await moved.getData("x")).data).toEqual(Float64Array.of(1, 2));
  expect(await manager.isValidTvbFile()).toBe(false);
});

it("says of a marker whose content is not in this process what it is", async () => {
  const fs = createMemoryFs({ "/a.mem": "tvb-storage memory file 6a0c9f9e-0000-4000-8000-000000000000\n" });
  const manager = memoryBackend.open("/a.mem", { fs });
  expect(await manager.isValidTvbFile()).toBe(false);
  await expect(manager.getData("x")).rejects.toThrow("in the memory of another process");
});

it("names file and node in its errors", async () => {
  const manager = memoryBackend.open("/a.mem", { fs: createMemoryFs() });
  await manager.storeData([1], "x", { where: "/g" });
  await expect(manager.getData("y", { where: "/g" })).rejects.toThrow(
    new MissingDataSetException('/a.mem: there is no node /g/y; the group /g has "x"'),
  );
});
