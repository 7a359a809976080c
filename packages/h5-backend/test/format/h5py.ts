import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryPort } from "./memory-port.js";

/** The first Python that has h5py; undefined where there is none. */
export const python = ["python3", "/usr/bin/python3"].find((command) => {
  try {
    execFileSync(command, ["-c", "import h5py"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** A temporary folder that is gone when the returned object is disposed of. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "tvb-format-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a Python script with h5py and numpy (as np) imported; `sys.argv[1:]` are the arguments. Returns its output. */
export function runPython(script: string, ...args: readonly string[]): string {
  if (python === undefined) throw new Error("no Python with h5py");
  const prelude = "import sys, json, h5py, numpy as np\n";
  return execFileSync(python, ["-c", prelude + script, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a script that writes the HDF5 file `sys.argv[1]`, and loads what it wrote. */
export function writtenByH5py(script: string, ...args: readonly string[]): MemoryPort {
  const folder = temporaryFolder();
  try {
    const path = join(folder.path, "file.h5");
    runPython(script, path, ...args);
    return new MemoryPort(new Uint8Array(readFileSync(path)));
  } finally {
    folder.remove();
  }
}
