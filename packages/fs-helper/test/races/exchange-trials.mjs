// node packages/fs-helper/test/races/exchange-trials.mjs [trials]
// The trials of exchange-trials.deep.test.ts, with their figures.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const [trials = "200"] = process.argv.slice(2);
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--config", "vitest.deep.config.ts", "packages/fs-helper/test/races"],
  {
    cwd: fileURLToPath(new URL("../../../../", import.meta.url)),
    env: { ...process.env, RACE_TRIALS: trials },
    stdio: "inherit",
  },
);
process.exitCode = status ?? 1;
