// node packages/h5-backend/test/durability/kill-trials.mjs [trials]
// The trials of kill-trials.deep.test.ts at full count, with the figures of this package and of h5py.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [trials = "300"] = process.argv.slice(2);
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--config", "vitest.deep.config.ts", "packages/h5-backend/test/durability/kill-trials"],
  {
    cwd: fileURLToPath(new URL("../../../../", import.meta.url)),
    env: { ...process.env, KILL_TRIALS: trials },
    stdio: "inherit",
  },
);
process.exitCode = status ?? 1;
