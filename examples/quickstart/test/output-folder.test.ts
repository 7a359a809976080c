import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeRunFolder, useFolder } from "../src/output-folder.js";
import { temporaryFolder } from "./temporary-folder.js";

const inFolder = temporaryFolder();

test("every run gets a fresh folder named for its time", async () => {
  const now = new Date("2026-02-03T04:05:06.789Z");
  const parent = inFolder("output");
  const made = [await makeRunFolder(parent, now), await makeRunFolder(parent, now)];
  expect(made).toEqual([join(parent, "2026-02-03T04-05-06"), join(parent, "2026-02-03T04-05-06-2")]);
  expect(await readdir(parent)).toHaveLength(2);
});

test("a folder that the user named is made, or taken where it is empty", async () => {
  const named = inFolder("a", "b");
  expect(await useFolder(named)).toBe(named);
  expect(await useFolder(named)).toBe(named);
});

test("a folder with something in it, or a file, is refused with the path in the message", async () => {
  const full = inFolder("full");
  await mkdir(full);
  await writeFile(join(full, "precious.txt"), "");
  await expect(useFolder(full)).rejects.toThrow(`the output folder ${full} is not empty`);
  await expect(useFolder(join(full, "precious.txt"))).rejects.toThrow("cannot use the output folder");
});
