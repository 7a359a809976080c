import type { BackendCapabilities, StorageBackend } from "@tvb-storage/core";
import {
  memoryBackend,
  type RuleGroup,
  runStorageManagerRules,
  type StorageContext,
} from "../../src/index.js";

/** The reference backend with some of its capabilities changed. */
function limitedBackend(changed: Partial<BackendCapabilities>): StorageBackend {
  const supports = { ...memoryBackend.supports, ...changed };
  return {
    ...memoryBackend,
    supports,
    open: (path, options) => memoryBackend.open(path, { ...options, supports }),
  };
}

/** Runs rules on it in memory: which are broken, with the error, and which part of them it was asked. */
export async function runLimited(
  changed: Partial<BackendCapabilities>,
  groups: readonly RuleGroup<StorageContext>[],
): Promise<{ readonly broken: string[]; readonly asked: number }> {
  const broken: string[] = [];
  let [asked, all] = [0, 0];
  for await (const result of runStorageManagerRules(limitedBackend(changed), { places: ["memfs"], groups })) {
    all += 1;
    if (result.outcome !== "not offered") asked += 1;
    if (result.outcome === "failed") broken.push(`${result.group}: ${result.rule}: ${String(result.error)}`);
  }
  return { broken, asked: asked / all };
}
