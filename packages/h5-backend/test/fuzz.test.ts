import { expect, it } from "vitest";
import { runFuzz } from "./fuzz/run-fuzz.js";

it("answers 60 damaged files with values of their own or our exceptions, and stays sound", async () => {
  const { problems } = await runFuzz(100_000, 100_060, 20);
  expect(problems).toEqual([]);
}, 60_000);
