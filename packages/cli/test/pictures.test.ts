import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("the pictures in the README are what the program writes", async () => {
  const script = fileURLToPath(new URL("../../../scripts/cli-pictures.mjs", import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, "--check"]);
  expect(stdout + stderr).toBe("");
});
