import { checkSequences } from "../../project-model/check-projects.js";
import type { ProjectContext } from "../project-context.js";
import { type RuleGroup, rule } from "../rule.js";

/** Sequences that one rule tries. */
const EACH = 20;

/** Random sequences of calls, `depth` of them, against the model. */
export function projectModelRules(depth = 60): RuleGroup<ProjectContext> {
  return {
    name: "model",
    rules: Array.from({ length: Math.ceil(depth / EACH) }, (_, seed) =>
      rule(`random sequences of calls do what the model says, seed ${seed}`, (t) =>
        checkSequences(
          (options) => t.make(options),
          () => t.another(),
          { seed, runs: Math.min(EACH, depth - seed * EACH) },
        ),
      ),
    ),
  };
}
