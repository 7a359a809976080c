import { checkSequences } from "../../project-model/check-projects.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

/** Sequences that one rule tries. */
const EACH = 20;
/** Rules, where `depth` is 1. */
const RULES = 3;

/** How much is searched for a sequence on which layout and model differ. */
export interface ProjectSearch {
  /** Multiplies the number of random sequences, which is 60 by default at each place. */
  readonly depth?: number | undefined;
  /** Other sequences for another one; default 0. */
  readonly seed?: number | undefined;
}

/** Random sequences of calls against the model. */
export function projectModelRules({ depth = 1, seed = 0 }: ProjectSearch): RuleGroup<ProjectContext> {
  return {
    name: "model",
    rules: Array.from({ length: Math.ceil(RULES * depth) }, (_, index) =>
      rule(`random sequences of calls do what the model says, seed ${seed + index}`, (t) =>
        checkSequences(
          (options) => t.make(options),
          () => t.another(),
          { seed: seed + index, runs: EACH },
        ),
      ),
    ),
  };
}
