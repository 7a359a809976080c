import { readFileSync } from "node:fs";
import { blobFile } from "@tvb-storage/files";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import { HDF5StorageManager, verify } from "../../src/index.js";

const folder = temporaryFolder("h5-text-turns");

/** How many turns the event loop makes while `work` is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isDone = true;
  return turns;
}

// A text takes 16 bytes of its dataset, and as long as some hundred bytes of numbers.
it("others run while many texts are stored, read and verified", async () => {
  const path = folder("texts.h5");
  const texts = Array.from({ length: 300_000 }, (_, index) => `text ${index}`);
  const m = new HDF5StorageManager(path);
  expect(await turnsDuring(() => m.storeData(texts, "x"))).toBeGreaterThan(4);
  expect(await turnsDuring(() => m.getData("x"))).toBeGreaterThan(4);
  const port = new HDF5StorageManager("page", { port: blobFile(new Blob([readFileSync(path)])) });
  const file = await port.getData("x");
  expect(file.data).toEqual(texts);
  expect(await turnsDuring(() => verify(path))).toBeGreaterThan(4);
});
