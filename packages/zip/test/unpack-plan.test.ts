import { expect, it } from "vitest";
import type { Archive } from "../src/archive-reader.js";
import { openArchive } from "../src/archive-reader.js";
import { planUnpacking } from "../src/unpack-plan.js";
import { DEFAULT_LIMITS } from "../src/zip-options.js";
import { type RawEntry, rawZip } from "./support/raw-zip.js";
import { memoryWorld } from "./support/world.js";

async function archiveOf(entries: readonly RawEntry[]): Promise<Archive> {
  const { fs } = memoryWorld();
  fs.writeFileSync("/a.zip", rawZip(entries));
  return openArchive(fs, "/a.zip", { limits: DEFAULT_LIMITS, backslashes: "refuse" });
}

it("lists each folder once, after its parent", async () => {
  const names = ["a/b/c", "a/b/d", "a/e/", "a/", "f/g/h/", "f/i", "f/g/", "j", "a/b/k/l"];
  const { folders, files } = planUnpacking(await archiveOf(names.map((name) => ({ name }))), DEFAULT_LIMITS);
  expect(folders).toEqual(["a", "a/b", "a/e", "f", "f/g", "f/g/h", "a/b/k"]);
  expect(files.map(({ path }) => path)).toEqual(["a/b/c", "a/b/d", "f/i", "j", "a/b/k/l"]);
});

it("refuses few names of very many folders", async () => {
  const entries = Array.from({ length: 600 }, (_, i) => ({ name: `${i}/${"d/".repeat(2000)}x` }));
  const archive = await archiveOf(entries);
  expect(() => planUnpacking(archive, DEFAULT_LIMITS)).toThrow(/would make 100\d+ folders/);
});
