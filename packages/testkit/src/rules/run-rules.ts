import type { BackendCapabilities, BackendOptions, StorageBackend } from "@tvb-storage/core";
import { makePlace, PLACE_NAMES, type PlaceName } from "./places.js";
import { type ProjectContext, type ProjectStructureFactory, projectContext } from "./project-context.js";
import type { Rule, RuleGroup, Samples } from "./rule.js";
import { storageManagerRules } from "./storage/index.js";
import { type OpenManager, type StorageContext, storageContext } from "./storage-context.js";

export interface StorageKitOptions extends Samples {
  /**
   * Opens a manager on a file system. Default: the file system is the backend's
   * option `fs`: `backend.open(path, { fs, ...options })`.
   */
  open?: OpenManager;
  /** Where the rules run; default both. A backend that cannot use a given file system leaves `"memfs"` out. */
  places?: readonly PlaceName[];
}

/** Why a rule does not apply to a backend; undefined where it does. */
export function notOffered(
  rule: Rule<never>,
  supports: BackendCapabilities,
  samples: Samples = {},
): string | undefined {
  const missing = rule.requires.filter((requirement) => !requirement.met(supports, samples));
  return missing.length === 0 ? undefined : missing.map(({ what }) => what).join(", ");
}

function openWithFs(backend: StorageBackend): OpenManager {
  return (path, fs, options) => {
    // By convention, a backend that works on files has an option `fs`.
    const withFs: BackendOptions & { fs: typeof fs } = { ...options, fs };
    return backend.open(path, withFs);
  };
}

/** Runs one rule in a new, empty folder, and closes what it opened. Rejects where the rule is broken. */
export async function runStorageRule(
  rule: Rule<StorageContext>,
  backend: StorageBackend,
  place: PlaceName,
  options: StorageKitOptions = {},
): Promise<void> {
  const { fs, folder, remove } = makePlace(place);
  const { context, close } = storageContext(
    backend,
    options.open ?? openWithFs(backend),
    fs,
    folder,
    options,
  );
  try {
    await rule.run(context);
  } finally {
    await close();
    remove();
  }
}

export interface RuleResult {
  readonly group: string;
  readonly rule: string;
  readonly place: PlaceName;
  readonly outcome: "passed" | "failed" | "not offered";
  /** What the rule threw. */
  readonly error?: unknown;
  /** What the backend does not support. */
  readonly missing?: string;
}

/**
 * Runs the kit without a test runner: every rule at every location, one after the
 * other. Failures are results, not exceptions.
 */
export async function* runStorageManagerRules(
  backend: StorageBackend,
  options: StorageKitOptions & { groups?: readonly RuleGroup<StorageContext>[] } = {},
): AsyncGenerator<RuleResult> {
  for (const place of options.places ?? PLACE_NAMES) {
    for (const group of options.groups ?? storageManagerRules) {
      if (group.only !== undefined && group.only !== place) continue;
      for (const rule of group.rules) {
        const about = { group: group.name, rule: rule.name, place };
        const missing = notOffered(rule, backend.supports, options);
        if (missing !== undefined) {
          yield { ...about, outcome: "not offered", missing };
          continue;
        }
        yield await runStorageRule(rule, backend, place, options).then(
          () => ({ ...about, outcome: "passed" as const }),
          (error: unknown) => ({ ...about, outcome: "failed" as const, error }),
        );
      }
    }
  }
}

/** Runs one rule about a layout in a new, empty folder. Rejects where the rule is broken. */
export async function runProjectRule(
  rule: Rule<ProjectContext>,
  factory: ProjectStructureFactory,
  place: PlaceName,
): Promise<void> {
  const { fs, folder, remove } = makePlace(place);
  try {
    await rule.run(projectContext(factory, fs, folder));
  } finally {
    remove();
  }
}
