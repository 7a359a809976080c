import type { BackendCapabilities, BackendOptions, NodeInfo, StorageManager } from "@tvb-storage/core";
import { stepCode, valueCode } from "./code-of.js";
import { compareOutcome, type Mismatch } from "./compare.js";
import { type FileState, NO_FILE } from "./file-state.js";
import { adopted, type LookResult, lookThrough, type Seen } from "./look.js";
import { makeCall, type Outcome, type Streamed } from "./make-call.js";
import type { Operation, Step } from "./operation.js";
import { predict } from "./predict.js";
import type { ModelContext } from "./predict-change.js";
import type { Prediction } from "./prediction.js";
import { scribble } from "./scribble.js";

/** A file that only one sequence of calls uses, and that does not exist yet. */
export interface ModelFile {
  /** A manager as a program opens it; all of one file see what each has done. */
  open(options: BackendOptions): StorageManager;
  /** A manager that finds what is stored now as another process would; without it, that is not looked at. */
  openCold?(): Promise<StorageManager>;
  /** What is in the folder of the file besides it, such as temporary files. */
  beside?(): Promise<readonly string[]>;
}

/** Where backend and model differ. */
export interface Difference extends Seen {
  /** How many steps were made, the wrong one included. */
  readonly steps: number;
  /** What differs: the step itself, or what is seen after it. */
  readonly of: "step" | "look";
}

/** The options of the managers on one file that the steps of a sequence use: each would write another version. */
const OPTIONS: readonly BackendOptions[] = [{}, { dataVersion: 7 }, { dataVersion: 0 }];

/** How many managers that are. */
export const MANAGERS = OPTIONS.length;

/** What the model has to know of the manager that is called. */
export function contextOf({ by }: Operation, supports: BackendCapabilities): ModelContext {
  return { supports, dataVersion: OPTIONS[by]?.dataVersion ?? 5 };
}

const CHANGES: ReadonlySet<Step["call"]> = new Set([
  "storeData",
  "removeData",
  "setMetadata",
  "removeMetadata",
  "closeFile",
]);

/** Whether a call that has resolved has put all that was changed before into the file. */
function commits(operation: Operation): boolean {
  return (
    CHANGES.has(operation.call) || (operation.call === "appendData" && operation.options.closeFile !== false)
  );
}

/** The model on its way through a sequence. */
class Course {
  state: FileState = NO_FILE;
  /** What another process may find: the last commit, and states since then that are only promised to this process. */
  cold: FileState[] = [NO_FILE];

  constructor(private readonly supports: BackendCapabilities) {}

  predict(operation: Operation, made?: readonly boolean[]): Prediction {
    return predict(this.state, operation, contextOf(operation, this.supports), made);
  }

  follow(operation: Operation, { next }: Prediction, outcome: Outcome): void {
    if (!("value" in outcome)) return;
    const isChanged = next !== this.state;
    this.state = next;
    if (commits(operation)) this.cold = [next];
    else if (isChanged) this.cold.push(next);
  }
}

/** Runs steps on a backend and on the model; after each step everything is looked at. */
export async function runSteps(
  file: ModelFile,
  steps: readonly Step[],
  supports: BackendCapabilities,
): Promise<Difference | undefined> {
  const managers = OPTIONS.map((options) => file.open(options));
  const course = new Course(supports);
  try {
    for (const [index, step] of steps.entries()) {
      const wrong = await madeStep(managers, course, step);
      if (wrong !== undefined) return { ...wrong, steps: index + 1, of: "step" };
      const seen = await lookedAt(file, managers, course, index, step);
      if (seen !== undefined) return { ...seen, steps: index + 1, of: "look" };
    }
    // What the last looks were given was written into too.
    const last = await lookedThrough(managers, course, 0);
    const seen = "difference" in last ? last.difference : await lookedBeside(file, managers);
    return seen && { ...seen, steps: steps.length, of: "look" };
  } finally {
    // What is wrong with the last close is seen by the next sequence.
    for (const m of managers) await m.closeFile().catch(() => undefined);
  }
}

async function madeStep(
  managers: readonly StorageManager[],
  course: Course,
  step: Step,
): Promise<Seen | undefined> {
  const calls = step.call === "together" ? step.calls : [step];
  const outcomes = calls.map((operation) => makeCall(managers, operation));
  for (const [i, operation] of calls.entries()) {
    const outcome = await outcomes[i];
    const mismatch = outcome && followed(course, operation, outcome);
    if (outcome !== undefined && "value" in outcome) scribble(outcome.value);
    if (mismatch === undefined) continue;
    await Promise.all(outcomes);
    const code = step.call === "together" ? `call ${i + 1} of these: ${stepCode(step)}` : stepCode(step);
    return { code, ...mismatch };
  }
  return undefined;
}

/** Compares what a call did with the model, and has the model do it. */
function followed(course: Course, operation: Operation, outcome: Outcome): Mismatch | undefined {
  if (operation.call !== "streamData") {
    const prediction = course.predict(operation);
    course.follow(operation, prediction, outcome);
    return compareOutcome(outcome, prediction);
  }
  const { meanwhile } = "value" in outcome ? (outcome.value as Streamed) : { meanwhile: [] }; // what a stream gives
  const made = meanwhile.map((each) => "value" in each);
  const prediction = course.predict(operation, made);
  for (const [i, each] of meanwhile.entries()) {
    const inside = operation.meanwhile?.[i];
    const mismatch = inside && followed(course, inside, each);
    if (mismatch !== undefined) return mismatch;
  }
  return compareOutcome(outcome, prediction);
}

async function lookedAt(
  file: ModelFile,
  managers: readonly StorageManager[],
  course: Course,
  index: number,
  step: Step,
): Promise<Seen | undefined> {
  const by = step.call === "together" ? (step.calls[0]?.by ?? 0) : step.by;
  const other = (by + 1 + (index % (MANAGERS - 1))) % MANAGERS;
  // What one look was given was written into before the next.
  const first = await lookedThrough(managers, course, other);
  if ("difference" in first) return first.difference;
  const second = await lookedThrough(managers, course, by);
  if ("difference" in second) return second.difference;
  // What is the backend's choice, such as chunks, is the same for every manager.
  const [expected, found] = [first, second].map(({ look }) => valueCode(look.nodes.map(layoutOf)));
  if (expected !== found && expected !== undefined && found !== undefined)
    return { code: `await m${by + 1}.listNodes(); // after m${other + 1}.listNodes();`, expected, found };
  return lookedAtCold(file, course);
}

/** What does not change from look to look. */
function layoutOf({ path, maxShape, chunks, filters }: NodeInfo): Partial<NodeInfo> {
  return { path, ...(maxShape && { maxShape }), ...(chunks && { chunks }), ...(filters && { filters }) };
}

async function lookedThrough(
  managers: readonly StorageManager[],
  course: Course,
  index: number,
): Promise<LookResult> {
  const m = managers[index];
  if (m === undefined) throw new RangeError(`there is no manager ${index}`);
  const result = await lookThrough(m, `m${index + 1}`, course.state);
  if ("difference" in result) return result;
  course.state = adopted(course.state, result.look);
  course.cold = course.cold.map((state) => adopted(state, result.look));
  return result;
}

async function lookedAtCold(file: ModelFile, { cold }: Course): Promise<Seen | undefined> {
  if (file.openCold === undefined) return undefined;
  let difference: Seen | undefined;
  // The newest first.
  for (const state of [...cold].reverse()) {
    const m = await file.openCold();
    const result = await lookThrough(m, "cold", state);
    await m.closeFile();
    if ("look" in result) return undefined;
    difference ??= {
      ...result.difference,
      code: `const cold = await openCold();\n${result.difference.code}`,
    };
  }
  return difference;
}

/** Once all managers have closed the file, nothing is left beside it. */
async function lookedBeside(file: ModelFile, managers: readonly StorageManager[]): Promise<Seen | undefined> {
  for (const m of managers) await m.closeFile();
  const beside = (await file.beside?.()) ?? [];
  if (beside.length === 0) return undefined;
  return { code: "// the folder of the file", expected: "nothing beside the file", found: beside.join(", ") };
}
