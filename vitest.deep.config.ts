import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { alias, deepInExamples, LongFirst } from "./vitest.config.js";

// The long property, fuzz and fault runs at full count, with fixed seeds.
export default defineConfig({
  resolve: { alias },
  test: {
    include: ["{packages,examples}/*/test/**/*.deep.test.ts", "test/**/*.deep.test.ts", ...deepInExamples],
    passWithNoTests: true,
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 600_000,
    pool: "forks",
    sequence: { sequencer: LongFirst },
    // Vitest would leave one processor of two idle; and each test waits a tenth of its time.
    maxWorkers: availableParallelism() + 1,
  },
});
