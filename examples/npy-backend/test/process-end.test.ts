import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { npyBackend } from "../src/index.js";

// What core does for every backend at the end of the process, tried with the build of this one.

const folder = temporaryFolder("npy-end");

function appendIn(path: string, end: string): { status: number | null; stderr: string } {
  const module = new URL("../dist/index.js", import.meta.url).href;
  const program = `
    const { npyBackend } = await import(${JSON.stringify(module)});
    const manager = npyBackend.open(${JSON.stringify(path)});
    await manager.appendData([1], "x");
    await manager.appendData([2], "x", { closeFile: false });
    ${end}
  `;
  return spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
}

test("rows that are appended when the process ends by itself are committed", async () => {
  const path = folder("ends.npyd");
  expect(appendIn(path, "")).toMatchObject({ status: 0, stderr: "" });
  expect(await npyBackend.open(path).getDataShape("x")).toEqual([2]);
});

test("process.exit, at which nothing can be waited for, says which rows are lost", async () => {
  const path = folder("exits.npyd");
  const { status, stderr } = appendIn(path, "process.exit(0);");
  expect(stderr).toMatch(
    /the rows appended to \/x of .*exits\.npyd since the file was last closed are not stored/,
  );
  expect(status).not.toBe(0);
  expect(await npyBackend.open(path).getDataShape("x")).toEqual([1]);
});
