import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Tests run on the sources of every package, so that none of them can be stale. */
export const alias = [
  { find: /^@tvb-storage\/testkit\/suites$/, replacement: `${root}packages/testkit/src/suites.ts` },
  { find: /^@tvb-storage\/([a-z0-9-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
  { find: "#platform", replacement: `${root}packages/core/src/platform.node.ts` },
  { find: "#inflate", replacement: `${root}packages/h5-backend/src/filters/inflate.node.ts` },
];

export default defineConfig({
  resolve: { alias },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
      "bench/test/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    exclude: ["**/*.deep.test.ts", "**/node_modules/**"],
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 30_000,
    pool: "forks",
    // Vitest would leave one processor of two idle.
    maxWorkers: "100%",
  },
});
