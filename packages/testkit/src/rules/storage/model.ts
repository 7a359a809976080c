import { checkAgainstModel } from "../../model/check-against-model.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

export const modelRules: RuleGroup<StorageContext> = {
  name: "model",
  rules: [
    rule("random sequences of calls do what a model of plain objects does", async (t) => {
      let files = 0;
      await checkAgainstModel({
        open: () => t.open(t.path(`model${files++}`)),
        supports: t.supports,
        runs: 40,
      });
    }),
  ],
};
