import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UserMistake } from "@tvb-storage/example-quickstart/user-mistake";
import { pythonWith } from "../../../scripts/programs.mjs";
import type { Children } from "./children.js";

const SCRIPT = fileURLToPath(new URL("../python/functional_connectivity.py", import.meta.url));

/** Modules, by the packages of Debian and Ubuntu that have them. */
const MODULES = {
  "python3-dask": "dask.array",
  "python3-distributed": "distributed",
  "python3-xarray": "xarray",
  "python3-zarr": "zarr",
} as const;

/** The first Python on PATH that has all that is needed. */
export function daskPython(): string | undefined {
  // The cluster is ended as a group of processes, which Windows does not have.
  return process.platform === "win32" ? undefined : pythonWith(...Object.values(MODULES));
}

/** Why there is none, and what to do. */
export function missingDask(): string {
  const packages = Object.keys(MODULES).join(" ");
  return process.platform === "win32"
    ? "it needs a system with process groups (Linux, macOS)"
    : `no python3 on PATH has ${Object.values(MODULES).join(", ")}; on Debian: apt-get install ${packages}`;
}

export interface DaskTask {
  /** Of a hierarchy that may be read without a signature. */
  readonly url: string;
  readonly dataset: string;
  /** The folder of a new hierarchy, for `functional_connectivity`. */
  readonly result: string;
  /** A folder for what Dask keeps on disk. */
  readonly scratch: string;
}

/** Computes the functional connectivity; resolves to the most memory that each worker had, in bytes. */
export async function runDask(children: Children, python: string, task: DaskTask): Promise<number[]> {
  const child = spawn(python, [SCRIPT, task.url, task.dataset, task.result, task.scratch], {
    // A group of its own, with which its workers are ended; it ends with its standard input, too.
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output = textOf(child.stdout);
  const errors = textOf(child.stderr);
  try {
    await children.add(child, "Dask", true);
  } catch (error) {
    throw new UserMistake(`${error instanceof Error ? error.message : error}\n${errors()}`, { cause: error });
  }
  const peaks: unknown = JSON.parse(output());
  if (!Array.isArray(peaks)) throw new TypeError(`Dask printed ${output()}`);
  return peaks.map(Number);
}

/** What a stream has given so far. */
function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  return () => text;
}
