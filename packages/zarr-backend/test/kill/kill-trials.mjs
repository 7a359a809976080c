// node packages/zarr-backend/test/kill/kill-trials.mjs [trials]
// The trials of kill.deep.test.ts at full count: so many kills of writers of each version in a folder, and a sixth of them in S3.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [trials = "200"] = process.argv.slice(2);
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--config", "vitest.deep.config.ts", "packages/zarr-backend/test/kill"],
  {
    cwd: fileURLToPath(new URL("../../../../", import.meta.url)),
    env: { ...process.env, KILL_TRIALS: trials },
    stdio: "inherit",
  },
);
process.exitCode = status ?? 1;
