// node packages/h5-backend/test/durability/interference-trials.mjs [trials]
// The trials of interference.deep.test.ts, with their figures: clocks that jump, files that are removed or replaced.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [trials = "200"] = process.argv.slice(2);
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--config", "vitest.deep.config.ts", "packages/h5-backend/test/durability/interference"],
  {
    cwd: fileURLToPath(new URL("../../../../", import.meta.url)),
    env: { ...process.env, INTERFERENCE_TRIALS: trials },
    stdio: "inherit",
  },
);
process.exitCode = status ?? 1;
