import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { buildSync } from "esbuild";
import { runPython } from "../../../../test/support/h5py.js";
import { programOptions } from "../../../../test/support/sources.mjs";

/** migrate-program.ts from the sources as they are now. */
export function bundleProgram(outfile: string): string {
  const entryPoints = [fileURLToPath(new URL("migrate-program.ts", import.meta.url))];
  buildSync({ entryPoints, outfile, ...programOptions });
  return outfile;
}

interface Child {
  readonly process: ChildProcess;
  /** It has printed something. */
  readonly begun: Promise<void>;
  /** How it ended; rejects where it failed. */
  readonly ended: Promise<"killed" | "done">;
}

export function startProgram(program: string, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += String(data);
  });
  const begun = new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  const ended = new Promise<"killed" | "done">((resolve, reject) => {
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL") resolve("killed");
      else if (code === 0) resolve("done");
      else reject(new Error(`${args.join(" ")} ended with ${code}: ${errors}`));
    });
  });
  return { process: child, begun, ended };
}

/** A file of data version 1 with enough data that a migration takes a while. */
export async function makeOldFile(path: string): Promise<void> {
  const manager = new HDF5StorageManager(path);
  await manager.storeData(new Float64Array(400_000), "data");
  await manager.setMetadata({ Data_version: 1 });
}

const JUDGE = `
for path in sys.argv[1:]:
    with h5py.File(path, "r") as f:
        print(json.dumps([int(f.attrs["TVB_Data_version"]), sorted(f.attrs), float(f["data"][...].min()), float(f["data"][...].max())]))`;

const OLD = [1, ["TVB_Data_version"], 0, 0];
const NEW = [3, ["TVB_Data_version", "TVB_made_2", "TVB_made_3"], 2, 2];

export interface KillCounts {
  readonly old: number;
  readonly new: number;
  /** Trials after which there was something beside the file. */
  readonly interrupted: number;
}

/**
 * Kills a migration at another moment in each trial. h5py says that the file is the old one or the new one; then it is
 * migrated to the end, after which nothing is beside it.
 *
 * @throws Error a file is neither, or something is left.
 */
export async function runKillTrials(folder: string, program: string, trials: number): Promise<KillCounts> {
  const counts = { old: 0, new: 0, interrupted: 0 };
  const original = `${folder}/original.h5`;
  await makeOldFile(original);
  // How long a migration takes here, to spread the kills over it.
  fs.mkdirSync(`${folder}/whole`);
  fs.copyFileSync(original, `${folder}/whole/file.h5`);
  const whole = startProgram(program, "migrate", `${folder}/whole/file.h5`);
  await whole.begun;
  const started = performance.now();
  await whole.ended;
  const milliseconds = performance.now() - started;
  const killed: string[] = [];
  const finished: string[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const path = `${folder}/${trial}/file.h5`;
    fs.mkdirSync(`${folder}/${trial}`);
    fs.copyFileSync(original, path);
    const child = startProgram(program, "migrate", path);
    await child.begun;
    await new Promise((resolve) => setTimeout(resolve, (milliseconds * (trial + 0.5)) / trials));
    child.process.kill("SIGKILL");
    await child.ended;
    if (fs.readdirSync(`${folder}/${trial}`).length > 1) counts.interrupted += 1;
    // As another program finds it then, which knows nothing of what is beside it.
    const found = `${folder}/${trial}-killed.h5`;
    fs.copyFileSync(path, found);
    killed.push(found);
    await startProgram(program, "migrate", path).ended;
    finished.push(path);
    const left = fs.readdirSync(`${folder}/${trial}`);
    // A new file needs no migration, so the lock of one that was killed at the very end stays until the next writer.
    if (left.some((name) => name !== "file.h5" && name !== "file.h5.journal"))
      throw new Error(`trial ${trial} left ${left.join(", ")}`);
  }
  judge(killed).forEach((found, trial) => {
    if (!isLike(found, OLD) && !isLike(found, NEW))
      throw new Error(`after the kill of trial ${trial} h5py found ${found}`);
    counts[isLike(found, NEW) ? "new" : "old"] += 1;
  });
  judge(finished).forEach((found, trial) => {
    if (!isLike(found, NEW))
      throw new Error(`after the next migration of trial ${trial} h5py found ${found}`);
  });
  return counts;
}

/** What h5py says of each file. */
function judge(paths: readonly string[]): string[] {
  return runPython(JUDGE, ...paths)
    .trim()
    .split("\n");
}

function isLike(found: string, expected: readonly unknown[]): boolean {
  return JSON.stringify(JSON.parse(found)) === JSON.stringify(expected);
}
