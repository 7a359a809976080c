import { describe, it } from "vitest";
import { PLACE_NAMES, type PlaceName } from "../rules/places.js";
import { projectRules } from "../rules/project/index.js";
import type { ProjectStructureFactory } from "../rules/project-context.js";
import { runProjectRule } from "../rules/run-rules.js";

/** Longer than it takes to shrink a sequence that fails. */
const TIMEOUT_MS = 60_000;

export interface ProjectKitOptions {
  /** Title of the tests; default `"ProjectStructure"`. */
  name?: string;
  /** Where the rules run; default both. */
  places?: readonly PlaceName[];
  /** Multiplies the number of random sequences of calls, which is 60 by default at each place. */
  depth?: number;
  /** Another one gives other sequences; default 0. */
  seed?: number;
}

/**
 * The contract of `ProjectStructure` as vitest tests of a layout: every rule on
 * a new memfs volume and in a temporary folder on the disk.
 *
 * ```ts
 * import { describeProjectStructure } from "@tvb-storage/testkit/suites";
 * describeProjectStructure((options) => new MyLayout(options));
 * ```
 */
export function describeProjectStructure(
  factory: ProjectStructureFactory,
  options: ProjectKitOptions = {},
): void {
  const places = options.places ?? PLACE_NAMES;
  const groups = projectRules(options);
  describe(options.name ?? "ProjectStructure", () => {
    for (const place of PLACE_NAMES) {
      if (!places.includes(place)) {
        it.skip(`not offered on ${place}`, () => undefined);
        continue;
      }
      describe(`on ${place}`, () => {
        for (const group of groups)
          describe(group.name, () => {
            for (const rule of group.rules)
              it(rule.name, () => runProjectRule(rule, factory, place), TIMEOUT_MS);
          });
      });
    }
  });
}
