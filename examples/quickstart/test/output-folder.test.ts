import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeRunFolder, useFolder } from "../src/output-folder.js";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "quickstart-"));
});

afterEach(() => rm(folder, { recursive: true }));

test("every run gets a fresh folder named for its time", async () => {
  const now = new Date("2026-02-03T04:05:06.789Z");
  const parent = join(folder, "output");
  const made = [await makeRunFolder(parent, now), await makeRunFolder(parent, now)];
  expect(made).toEqual([join(parent, "2026-02-03T04-05-06"), join(parent, "2026-02-03T04-05-06-2")]);
  expect(await readdir(parent)).toHaveLength(2);
});

test("a folder that the user named is made, or taken where it is empty", async () => {
  const named = join(folder, "a", "b");
  expect(await useFolder(named)).toBe(named);
  expect(await useFolder(named)).toBe(named);
});

test("a folder with something in it, or a file, is refused with the path in the message", async () => {
  const full = join(folder, "full");
  await mkdir(full);
  await writeFile(join(full, "precious.txt"), "");
  await expect(useFolder(full)).rejects.toThrow(`the output folder ${full} is not empty`);
  await expect(useFolder(join(full, "precious.txt"))).rejects.toThrow("cannot use the output folder");
});
