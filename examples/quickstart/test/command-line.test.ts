import { expect, test } from "vitest";
import { readCommandLine } from "../src/command-line.js";
import { UserMistake } from "../src/user-mistake.js";

test("without arguments simulates 24,000 steps into a folder of its own choice", () => {
  expect(readCommandLine([], "/home/me")).toEqual({
    help: false,
    steps: 24_000,
    output: undefined,
    files: [],
  });
});

test("reads files and folders relative to where the user is", () => {
  const given = readCommandLine(["a.h5", "--output", "out", "/data/b.h5", "--steps", "500"], "/home/me");
  expect(given.files).toEqual(["/home/me/a.h5", "/data/b.h5"]);
  expect(given.output).toBe("/home/me/out");
  expect(given.steps).toBe(500);
});

test.each([["--steps", "many"], ["--steps", "1"], ["--steps", "1.5"], ["--setps", "500"], ["--output"]])(
  "calls %s %s a mistake of the user",
  (...args) => {
    expect(() => readCommandLine(args, "/")).toThrow(UserMistake);
  },
);
