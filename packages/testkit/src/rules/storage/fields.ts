import { equal, equalArray, isTrue, rejects } from "../expect.js";
import { compoundSample } from "../requirements.js";
import { type CompoundSample, type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

async function sampled(t: StorageContext): Promise<CompoundSample> {
  if (t.samples.compound === undefined) throw new TypeError("the rule needs a sample");
  return t.samples.compound(t.path(), t.fs);
}

export const fieldRules: RuleGroup<StorageContext> = {
  name: "fields of compound datasets",
  rules: [
    rule("each field is read by its name, nested ones too", [compoundSample], async (t) => {
      const { dataset, shape, fields } = await sampled(t);
      for (const [field, { dtype, entries }] of Object.entries(fields))
        equalArray(await t.open().getData(dataset, { field }), dtype, shape, entries);
    }),
    rule("the dataset has its shape", [compoundSample], async (t) => {
      const { dataset, shape } = await sampled(t);
      equal(await t.open().getDataShape(dataset), [...shape]);
    }),
    rule("a selection is taken of a field", [compoundSample], async (t) => {
      const { dataset, fields } = await sampled(t);
      for (const [field, { dtype, entries }] of Object.entries(fields)) {
        const found = await t.open().getData(dataset, { field, selection: [-1] });
        equalArray(found, dtype, [...found.shape], entries.slice(-found.data.length));
      }
    }),
    rule("a field is streamed", [compoundSample], async (t) => {
      const { dataset, fields } = await sampled(t);
      for (const [field, { entries }] of Object.entries(fields)) {
        const streamed: unknown[] = [];
        for await (const { block } of t.open().streamData(dataset, { field, blockBytes: 16 }))
          streamed.push(...block.data);
        equal(streamed, [...entries]);
      }
    }),
    rule("without a field the exception lists them", [compoundSample], async (t) => {
      const { dataset, fields } = await sampled(t);
      const tops = [...new Set(Object.keys(fields).map((field) => field.split(".")[0] ?? field))];
      await rejects(t.open().getData(dataset), "FILE_STORAGE", [t.path(), dataset, ...tops]);
    }),
    rule("a field that is not there is refused by its name", [compoundSample], async (t) => {
      const { dataset } = await sampled(t);
      const error = await rejects(t.open().getData(dataset, { field: "nowhere" }), "FILE_STORAGE", [dataset]);
      isTrue(error.message.includes("nowhere"), error.message);
    }),
  ],
};
