import { checkAgainstModel, checkSequence } from "../../model/check-against-model.js";
import { DIRECTED_SEQUENCES } from "../../model/directed-sequences.js";
import type { ModelFile } from "../../model/run-steps.js";
import { dtype, growable, removal } from "../requirements.js";
import { type RuleGroup, rule } from "../rule.js";
import type { StorageContext } from "../storage-context.js";

/** Random sequences are divided among so many rules. */
const PARTS = 4;
/** Sequences of each, at depth 1. */
const RUNS = 50;
const SEED = 20240227;

/** The file of a context, for the model. */
function modelFile(t: StorageContext): ModelFile {
  const name = t.path().slice(t.folder.length + 1);
  const beside = async (): Promise<string[]> =>
    (await t.fs.promises.readdir(t.folder, { withFileTypes: true }))
      .map((entry) => String((entry as { name: unknown }).name)) // Dirent's shape
      .filter((each) => each !== name);
  return {
    open: (options) => t.open(t.path(), options),
    ...(t.opensCold ? { openCold: () => t.openCold() } : {}),
    ...(t.supports.storedAs === "remote" ? {} : { beside }),
  };
}

function inFile(t: StorageContext) {
  return <T>(work: (file: ModelFile) => Promise<T>): Promise<T> =>
    t.inNewStore((store) => work(modelFile(store)));
}

export const modelRules: RuleGroup<StorageContext> = {
  name: "model",
  rules: [
    ...DIRECTED_SEQUENCES.map(({ name, dtypes = [], appends, removes, steps }) =>
      rule<StorageContext>(
        name,
        [
          ...(dtypes.length > 0 ? [dtype(...dtypes)] : []),
          ...(appends ? [growable] : []),
          ...(removes ? [removal] : []),
        ],
        async (t) => {
          await checkSequence(steps(t.supports), { inFile: inFile(t), supports: t.supports });
        },
      ),
    ),
    ...Array.from({ length: PARTS }, (_, part) =>
      rule<StorageContext>(`random sequences of calls, part ${part + 1} of ${PARTS}`, async (t) => {
        const runs = Math.max(1, Math.round(RUNS * t.depth));
        const seed = SEED + PARTS * t.seed + part;
        await checkAgainstModel({ inFile: inFile(t), supports: t.supports, runs, seed });
      }),
    ),
  ],
};
