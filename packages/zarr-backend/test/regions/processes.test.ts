import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { itWith, zarrPython } from "../../../../test/support/judges.ts";
import { programOptions } from "../../../../test/support/sources.mjs";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../../src/index.ts";

// Regions that several processes write at once, zarr-python among them.

const folder = temporaryFolder("regions");
const program = folder("program.mjs");
beforeAll(async () => {
  const entryPoints = [fileURLToPath(new URL("program.ts", import.meta.url))];
  await build({ ...programOptions, entryPoints, outfile: program });
});

const PYTHON_WRITER = `
import sys, numpy as np, zarr
sys.dont_write_bytecode = True
path, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
x = zarr.open(path, mode="r+")["x"]
print("ready", flush=True)
sys.stdin.readline()
for row in range(first, last, 4):
  x[row:row + 4] = np.repeat(np.arange(row, row + 4.0)[:, None], 16, 1)
`;

/** A writer that is ready; it ends once it was told to begin. */
async function readyWriter(command: string, args: readonly string[]): Promise<() => Promise<void>> {
  const child: ChildProcess = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`a writer ended with ${code}`))));
  });
  await Promise.race([new Promise((resolve) => child.stdout?.once("data", resolve)), ended]);
  return () => {
    child.stdin?.end("go\n");
    return ended;
  };
}

const node = (path: string, first: number, last: number) =>
  readyWriter(process.execPath, [program, path, String(first), String(last)]);

async function createSeries(path: string, format: 2 | 3, rows: number): Promise<ZarrStorageManager> {
  const m = new ZarrStorageManager(path, { format });
  await m.createArray("x", { dtype: "float64", shape: [rows, 16], chunks: [4, 16], compression: "gzip" });
  return m;
}

async function expectAllRows(m: ZarrStorageManager, rows: number): Promise<void> {
  expect(await m.missingRegions("x")).toEqual([]);
  await m.completeArray("x");
  const expected = Float64Array.from({ length: rows * 16 }, (_, i) => Math.floor(i / 16));
  expect((await m.getData("x")).data).toEqual(expected);
}

describe("processes that write regions of one array in a folder at once", () => {
  itWith(zarrPython)("two of Node and one of Python", async () => {
    const path = folder("three.zarr");
    const m = await createSeries(path, 2, 600);
    const writers = await Promise.all([
      node(path, 0, 200),
      node(path, 200, 400),
      readyWriter(zarrPython.command, ["-c", PYTHON_WRITER, path, "400", "600"]),
    ]);
    await Promise.all(writers.map((begin) => begin()));
    await expectAllRows(m, 600);
    const sum = execFileSync(
      zarrPython.command,
      ["-c", "import sys, zarr; print(zarr.open_consolidated(sys.argv[1])['x'][...].sum())", path],
      { encoding: "utf8" },
    );
    expect(Number(sum)).toBe(16 * ((600 * 599) / 2));
  });

  it("two of Node, in version 3", async () => {
    const path = folder("two.zarr");
    const m = await createSeries(path, 3, 402);
    await m.writeRegion(
      {
        dtype: "float64",
        shape: [2, 16],
        data: new Float64Array(32).map((_, i) => 400 + Math.floor(i / 16)),
      },
      "x",
      { offset: [400, 0] },
    );
    const writers = await Promise.all([node(path, 0, 200), node(path, 200, 400)]);
    await Promise.all(writers.map((begin) => begin()));
    await expectAllRows(m, 402);
  });
});
