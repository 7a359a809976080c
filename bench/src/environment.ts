import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { pythonWith } from "./python.js";

let found: Readonly<Record<string, string>> | undefined;

/** The measured versions and the kind of machine, without names. */
export function environment(): Readonly<Record<string, string>> {
  found ??= look();
  return found;
}

function look(): Record<string, string> {
  const cores = cpus();
  const python = pythonWith("h5py");
  const versions =
    "import sys, h5py; print(sys.version.split()[0], h5py.__version__, h5py.version.hdf5_version)";
  const [py, h5py, hdf5] =
    python === undefined
      ? []
      : spawnSync(python, ["-c", versions], { encoding: "utf8" }).stdout.trim().split(" ");
  const zarr = versionsOfZarr();
  return {
    processor: `${cores[0]?.model ?? "unknown"}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    python: h5py === undefined ? "no Python with h5py" : `${py}, h5py ${h5py}, HDF5 ${hdf5}`,
    ...(zarr === undefined ? {} : { zarr }),
  };
}

function versionsOfZarr(): string | undefined {
  const python = pythonWith("zarr");
  if (python === undefined) return undefined;
  const versions =
    "import sys, zarr, numcodecs, numpy; print(f'Python {sys.version.split()[0]}, zarr-python {zarr.__version__}, " +
    "numcodecs {numcodecs.__version__}, numpy {numpy.__version__}')";
  return spawnSync(python, ["-c", versions], { encoding: "utf8" }).stdout.trim();
}
