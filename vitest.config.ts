import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { sourceOf } from "./test/support/sources.mjs";

/** Whole names only: one may begin with another. */
export const alias = Object.entries(sourceOf).map(([name, replacement]) => ({
  find: new RegExp(`^${name}$`),
  replacement,
}));

/** The kit runs on several backends; on those of examples, but for the first of the guide, in the deep run. */
export const deepInExamples = [
  "examples/npy-backend/test/conformance.test.ts",
  "examples/remote-backend/test/conformance.test.ts",
];

/** Small files come last where no times are known, and these are small and take long. */
const LONG = /conformance|\/pairs\.deep/;

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  resolve: { alias },
  test: {
    include: [
      "packages/*/test/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
      "bench/test/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    exclude: ["**/*.{deep,page}.test.ts", "**/node_modules/**", ...deepInExamples],
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 30_000,
    pool: "forks",
    sequence: { sequencer: LongFirst },
    // Vitest would leave one processor of two idle; and each test waits a tenth of its time.
    maxWorkers: availableParallelism() + 1,
  },
});
