import { type StorageBackend, withLogging } from "@tvb-storage/core";
import { h5Backend } from "@tvb-storage/h5-backend";
import { memoryBackend, runStorageManagerRules, storageManagerRules } from "@tvb-storage/testkit";
import { expect, it } from "vitest";

// The conformance tests of the backends have these rules; here for what those leave to the deep tests, or do not wrap.

const log: string[] = [];
const note = (message: string): void => void log.push(message);
const logger = { debug: note, warn: note, error: note };

const BACKENDS: Readonly<Record<string, StorageBackend>> = {
  "HDF5 by its own library": {
    ...h5Backend,
    open: (path, options) => h5Backend.open(path, { ...options, engine: "h5wasm" }),
  },
  "logged HDF5": {
    ...h5Backend,
    open: (path, options) => withLogging(h5Backend.open(path, options), logger),
  },
  "logged memory": {
    ...memoryBackend,
    open: (path, options) => withLogging(memoryBackend.open(path, options), logger),
  },
};

it.each(Object.entries(BACKENDS))("a manager of %s keeps the rules of exact copies", async (_, backend) => {
  const groups = storageManagerRules.filter(({ name }) => name === "exact copies");
  let asked = 0;
  for await (const result of runStorageManagerRules(backend, { places: ["memfs"], groups })) {
    expect(result.error, result.rule).toBeUndefined();
    expect(result.outcome, result.rule).toBe("passed");
    asked += 1;
  }
  expect(asked).toBeGreaterThan(10);
});
