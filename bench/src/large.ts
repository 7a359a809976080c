import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { ndarray } from "@tvb-storage/core";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { signal } from "./signal.js";

const MIB = 1024 * 1024;
const BLOCK_MIB = 4;
const COLUMNS = 1024;
const ROWS_OF_BLOCK = (BLOCK_MIB * MIB) / 8 / COLUMNS;

/**
 * Stores a dataset of 6 GiB from blocks and streams it back, in a separate process, and prints times, checksums and
 * peak memory; then packs and unpacks 6 GiB with the zip package's test program.
 */
export async function runLarge(quick: boolean): Promise<void> {
  const blocks = ((quick ? 64 : 6 * 1024) / BLOCK_MIB) | 0;
  const folder = mkdtempSync(`${tmpdir()}/tvb-bench-large-`);
  try {
    for (const step of ["store", "stream"] as const)
      run(fileURLToPath(import.meta.url), [step, folder, `${blocks}`]);
    const zip = new URL("../../packages/zip/bench/large.mjs", import.meta.url);
    run(fileURLToPath(zip), quick ? ["--project"] : []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [program, ...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed`);
}

/** Different blocks at little cost: the same signal, shifted. */
function* blocksOf(count: number, hash: ReturnType<typeof createHash>) {
  const values = signal(ROWS_OF_BLOCK * COLUMNS + count);
  for (let i = 0; i < count; i++) {
    const part = values.subarray(i, i + ROWS_OF_BLOCK * COLUMNS);
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
    yield ndarray(part, { shape: [ROWS_OF_BLOCK, COLUMNS] });
  }
}

async function step(name: string, folder: string, count: number): Promise<void> {
  const path = `${folder}/large.h5`;
  const hash = createHash("sha256");
  const file = new HDF5StorageManager(path);
  const start = performance.now();
  if (name === "store") {
    const shape = [count * ROWS_OF_BLOCK, COLUMNS];
    await file.storeData({ dtype: "float64", shape, blocks: blocksOf(count, hash) }, "data");
  } else {
    for await (const { block } of file.streamData("data"))
      if (block.dtype === "float64") {
        // Narrowed by its dtype, which the declaration does not connect with the data.
        const data = block.data as Float64Array;
        hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
  }
  await file.closeFile();
  const seconds = (performance.now() - start) / 1000;
  const gib = statSync(path).size / 2 ** 30;
  const peak = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(
    `${name} ${gib.toFixed(2)} GiB: ${seconds.toFixed(1)} s, sha256 included; peak ${peak.toFixed(0)} MiB; ` +
      `${hash.digest("hex").slice(0, 16)}\n`,
  );
}

const [, program, name, folder, count] = process.argv;
if (program === fileURLToPath(import.meta.url) && name !== undefined && folder !== undefined)
  await step(name, folder, Number(count));
