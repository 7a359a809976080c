import { expect, it } from "vitest";
import { runFuzz } from "./fuzz/run-fuzz.js";

it("answers 240 damaged files with values or our exceptions, and stays sound", async () => {
  const { problems } = await runFuzz(100_000, 100_240, 20);
  expect(problems).toEqual([]);
}, 60_000);
