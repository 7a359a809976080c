import type { StorageBackend } from "@tvb-storage/core";
import { h5Backend } from "@tvb-storage/h5-backend";
import {
  memoryBackend,
  runStorageRule,
  type StorageKitOptions,
  storageManagerRules,
} from "@tvb-storage/testkit";
import { describe, it } from "vitest";
import { npyBackend } from "../examples/npy-backend/src/index.js";
import { remoteBackend } from "../examples/remote-backend/src/index.js";
import { kitOptions } from "../examples/remote-backend/test/kit-options.js";

// No backend of ours differs from the model, whatever the seed. TVB_SEEDS and TVB_DEPTH for a longer search.

const SEEDS = Number(process.env["TVB_SEEDS"] ?? 10);
/** A quarter of the sequences of an ordinary run, for each seed. */
const DEPTH = Number(process.env["TVB_DEPTH"] ?? 0.25);

const rules = storageManagerRules
  .flatMap((group) => (group.name === "model" ? group.rules : []))
  .filter(({ name }) => name.startsWith("random"));

interface Tried {
  readonly backend: StorageBackend;
  readonly options: StorageKitOptions;
}

const backends: readonly Tried[] = [
  { backend: memoryBackend, options: {} },
  { backend: h5Backend, options: {} },
  { backend: npyBackend, options: {} },
  { backend: remoteBackend, options: kitOptions() },
];

describe.each(backends)("$backend.name", ({ backend, options }) => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed + 1))("seed %i", async (seed) => {
    for (const rule of rules)
      await runStorageRule(rule, backend, "memfs", { ...options, depth: DEPTH, seed });
  });
});
