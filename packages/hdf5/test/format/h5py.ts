import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPython } from "../../../../test/support/h5py.js";
import { MemoryPort } from "./memory-port.js";

export { runPython } from "../../../../test/support/h5py.js";

/** A temporary folder, made when it is first used and gone when the returned object is removed. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  let path: string | undefined;
  return {
    get path() {
      path ??= mkdtempSync(join(tmpdir(), "tvb-format-"));
      return path;
    },
    remove: () => {
      if (path !== undefined) rmSync(path, { recursive: true, force: true });
    },
  };
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
