import { checkAgainstModel, checkSequence } from "../../model/check-against-model.js";
import { DIRECTED_SEQUENCES, type DirectedSequence } from "../../model/directed-sequences.js";
import type { ModelFile } from "../../model/run-steps.js";
import { dtype, growable, removal } from "../requirements.js";
import { type Rule, type RuleGroup, rule } from "../rule.js";
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

function directed({ name, dtypes = [], appends, removes, steps }: DirectedSequence): Rule<StorageContext> {
  const requires = [
    ...(dtypes.length > 0 ? [dtype(...dtypes)] : []),
    ...(appends ? [growable] : []),
    ...(removes ? [removal] : []),
  ];
  return rule(name, requires, (t) =>
    checkSequence(steps(t.supports), { inFile: inFile(t), supports: t.supports }),
  );
}

function random(name: string, sequences: number, part: number): Rule<StorageContext> {
  return rule(name, async (t) => {
    const runs = Math.max(1, Math.round(sequences * t.depth));
    const seed = SEED + PARTS * t.seed + part;
    await checkAgainstModel({ inFile: inFile(t), supports: t.supports, runs, seed });
  });
}

export const modelRules: RuleGroup<StorageContext> = {
  name: "model",
  once: true,
  rules: [
    ...DIRECTED_SEQUENCES.map(directed),
    ...Array.from({ length: PARTS }, (_, part) =>
      random(`random sequences of calls, part ${part + 1} of ${PARTS}`, RUNS, part),
    ),
  ],
};

/** What a disk does otherwise than a file system in memory shows in few sequences. */
export const diskModelRules: RuleGroup<StorageContext> = {
  name: "model, shortly",
  only: "disk",
  rules: [
    ...DIRECTED_SEQUENCES.filter(({ dtypes }) => dtypes === undefined).map(directed),
    random("random sequences of calls", RUNS / 5, PARTS),
  ],
};
