import { expect, it } from "vitest";
import { runFuzz } from "./fuzz/run-fuzz.js";

it("answers 2,500 damaged files with values of their own or our exceptions, and stays sound", async () => {
  const { problems, heaps } = await runFuzz(0, 2500, 30);
  expect(problems).toEqual([]);
  // HDF5 has memory errors of its own, and crashes on some files; memory never shrinks, but stays far from the 2 GiB where it ends.
  expect(Math.max(...heaps)).toBeLessThan(512 * 1024 * 1024);
});
