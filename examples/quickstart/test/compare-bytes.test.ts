import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { haveSameBytes } from "../src/compare-bytes.js";
import { temporaryFolder } from "./temporary-folder.js";

const inFolder = temporaryFolder();

async function same(a: Uint8Array, b: Uint8Array): Promise<boolean> {
  const [left, right] = [inFolder("a"), inFolder("b")];
  await Promise.all([writeFile(left, a), writeFile(right, b)]);
  return haveSameBytes(left, right);
}

test("distinguishes equal files from files that differ in length or in one late byte", async () => {
  const bytes = new Uint8Array(3 * 2 ** 20 + 17).fill(7);
  expect(await same(bytes, bytes.slice())).toBe(true);
  expect(await same(bytes, bytes.subarray(1))).toBe(false);
  expect(
    await same(
      bytes,
      Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? 8 : byte)),
    ),
  ).toBe(false);
  expect(await same(new Uint8Array(), new Uint8Array())).toBe(true);
});
