import type { StorageBackend } from "@tvb-storage/core";
import { describe, it } from "vitest";
import { PLACE_NAMES } from "../rules/places.js";
import { runsAt } from "../rules/rule.js";
import { notOffered, runStorageRule, type StorageKitOptions, storeOffers } from "../rules/run-rules.js";
import { storageManagerRules } from "../rules/storage/index.js";

/** Longer than a backend waits for a lock, so that its own error says what is wrong, and not the test's. */
const TIMEOUT_MS = 60_000;

/**
 * The contract of `StorageManager` as vitest tests of a backend: every rule on
 * a new memfs volume and in a temporary folder on the disk. Rules about what the
 * backend does not declare in `supports` are listed as skipped, "not offered".
 *
 * ```ts
 * import { describeStorageManager } from "@tvb-storage/testkit/suites";
 * describeStorageManager(myBackend);
 * ```
 */
export function describeStorageManager(backend: StorageBackend, options: StorageKitOptions = {}): void {
  const places = options.places ?? PLACE_NAMES;
  describe(`StorageManager of backend "${backend.name}"`, async () => {
    const store = await storeOffers(options);
    for (const place of PLACE_NAMES) {
      if (!places.includes(place)) {
        it.skip(`not offered on ${place}`, () => undefined);
        continue;
      }
      describe(`on ${place}`, () => {
        for (const group of storageManagerRules.filter((each) => runsAt(each, place, places))) {
          describe(group.name, () => {
            for (const rule of group.rules) {
              const missing = notOffered(rule, backend.supports, options, store);
              if (missing !== undefined) it.skip(`not offered (${missing}): ${rule.name}`, () => undefined);
              else it(rule.name, () => runStorageRule(rule, backend, place, options), TIMEOUT_MS);
            }
          });
        }
      });
    }
  });
}
