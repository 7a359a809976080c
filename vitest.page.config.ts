import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { alias } from "./vitest.config.js";

// What the built page does in Chromium.
export default defineConfig({
  resolve: { alias },
  test: {
    include: ["packages/*/test/**/*.page.test.ts"],
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 60_000,
    pool: "forks",
    maxWorkers: availableParallelism(),
  },
});
