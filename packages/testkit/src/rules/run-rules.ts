import type { BackendCapabilities, StorageBackend } from "@tvb-storage/core";
import { fileStore, type MakeStore, type OpenManager } from "./kit-store.js";
import { makePlace, PLACE_NAMES, type PlaceName } from "./places.js";
import { type ProjectContext, type ProjectStructureFactory, projectContext } from "./project-context.js";
import { type Rule, type RuleGroup, runsAt, type Samples, type StoreOffers } from "./rule.js";
import { storageManagerRules } from "./storage/index.js";
import { inStore, type StorageContext } from "./storage-context.js";

export interface StorageKitOptions extends Samples {
  /** How a manager is opened on a file system; default: the option `fs`, `backend.open(path, { fs, ...options })`. */
  open?: OpenManager;
  /**
   * Makes what one rule stores in, for a backend that is not on a file system. Each rule gets a new one, so a call
   * must give a store that nothing else uses.
   */
  store?: MakeStore;
  /** How many times more random sequences of calls are tried than by default; default 1. For long runs. */
  depth?: number;
  /** Other random sequences for another seed; default 0. */
  seed?: number;
  /** Where the rules run; default both. A backend that cannot use a given file system leaves `"memfs"` out. */
  places?: readonly PlaceName[];
}

/** What the stores of the option `store` have: one is made to see. */
export async function storeOffers({ store, places = PLACE_NAMES }: StorageKitOptions): Promise<StoreOffers> {
  if (store === undefined) return {};
  const place = makePlace(places[0] ?? "memfs");
  try {
    const made = await store(place);
    await made.remove?.();
    return made;
  } finally {
    place.remove();
  }
}

/** Why a rule does not apply to a backend; undefined where it does. `store` is what `storeOffers` gives. */
export function notOffered(
  rule: Rule<never>,
  supports: BackendCapabilities,
  samples: Samples = {},
  store: StoreOffers = {},
): string | undefined {
  const missing = rule.requires.filter((requirement) => !requirement.met(supports, samples, store));
  return missing.length === 0 ? undefined : missing.map(({ what }) => what).join(", ");
}

/** Runs one rule in a new, empty folder, and closes what it opened. Rejects where the rule is broken. */
export async function runStorageRule(
  rule: Rule<StorageContext>,
  backend: StorageBackend,
  place: PlaceName,
  options: StorageKitOptions = {},
): Promise<void> {
  const make = options.store ?? fileStore(backend, options.open);
  await inStore(
    { backend, make, place, samples: options, depth: options.depth ?? 1, seed: options.seed ?? 0 },
    (context) => rule.run(context),
  );
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
  const store = await storeOffers(options);
  const places = options.places ?? PLACE_NAMES;
  for (const place of places) {
    for (const group of options.groups ?? storageManagerRules) {
      if (!runsAt(group, place, places)) continue;
      for (const rule of group.rules) {
        const about = { group: group.name, rule: rule.name, place };
        const missing = notOffered(rule, backend.supports, options, store);
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
  const at = makePlace(place);
  try {
    await rule.run(projectContext(factory, at, () => makePlace(place)));
  } finally {
    at.remove();
  }
}
