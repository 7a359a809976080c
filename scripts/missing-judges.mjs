// Lists the programs that some tests and checks use for comparison (test/support/judges.ts)
// and that are not on PATH; exits with 1 where one is missing.
import { programsOnPath, pythonWith } from "./programs.mjs";

const PROGRAMS =
  "flock script setpriv bash zsh fish h5diff h5dump h5jam h5repack h5stat zip unzip 7z bsdtar chromium".split(
    " ",
  );

const missing = PROGRAMS.filter((name) => programsOnPath(name).length === 0);
for (const modules of [["h5py"], ["zarr", "xarray", "dask", "distributed"]])
  if (pythonWith(...modules) === undefined) missing.push(`a python3 with ${modules.join(", ")}`);
if (missing.length > 0) console.log(`not on PATH: ${missing.join(", ")}`);
process.exitCode = missing.length === 0 ? 0 : 1;
