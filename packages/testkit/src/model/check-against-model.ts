import type { BackendCapabilities } from "@tvb-storage/core";
import fc from "fast-check";
import { stepCode } from "./code-of.js";
import { Draw } from "./draw-step.js";
import { type FileState, NO_FILE } from "./file-state.js";
import type { Step } from "./operation.js";
import { predict } from "./predict.js";
import { contextOf, type Difference, type ModelFile, runSteps } from "./run-steps.js";
import { simplerSequences } from "./shrink-steps.js";

export interface ModelCheckOptions {
  /** Runs `work` on a file that does not exist yet and that nothing else uses; called once for each sequence. */
  readonly inFile: <T>(work: (file: ModelFile) => Promise<T>) => Promise<T>;
  readonly supports: BackendCapabilities;
  /** Sequences to try; default 100. */
  readonly runs?: number;
  /** Maximum calls of a sequence; default 20. */
  readonly length?: number;
  /** The same sequences for the same seed; default 20240227. */
  readonly seed?: number;
}

/** How long a difference is made shorter, in milliseconds. */
const SHRINK_MS = 5_000;

/** Sequences of steps that suit each other, made of the model's state; shrunk to shorter and simpler ones. */
class Sequences extends fc.Arbitrary<readonly Step[]> {
  constructor(
    private readonly supports: BackendCapabilities,
    private readonly length: number,
  ) {
    super();
  }

  override generate(random: fc.Random): fc.Value<readonly Step[]> {
    const draw = new Draw({ int: (min, max) => random.nextInt(min, max) }, this.supports);
    const steps: Step[] = [];
    let state: FileState = NO_FILE;
    const length = random.nextInt(1, this.length);
    while (steps.length < length) {
      const step = draw.step(state);
      steps.push(step);
      for (const operation of step.call === "together" ? step.calls : [step]) {
        const { resolves, next } = predict(state, operation, contextOf(operation, this.supports));
        if (resolves !== undefined) state = next;
      }
    }
    return new fc.Value(steps, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is readonly Step[] {
    return Array.isArray(value);
  }

  override shrink(steps: readonly Step[]): fc.Stream<fc.Value<readonly Step[]>> {
    return fc
      .stream(simplerSequences(steps))
      .map((simpler) => new fc.Value<readonly Step[]>(simpler, undefined));
  }
}

function report(
  steps: readonly Step[],
  { steps: made, of, code, expected, found }: Difference,
  what: string,
): string {
  const lines = steps.slice(0, made).map(stepCode);
  if (of === "step") lines.pop();
  return [
    `the backend differs from the model (${what}); the shortest sequence that was found:`,
    "",
    "const [m1, m2, m3] = [open({}), open({ dataVersion: 7 }), open({ dataVersion: 0 })]; // on one file, which does not exist yet",
    ...lines,
    `${code} // expected ${shortened(expected)}, found ${shortened(found)}`,
    "",
  ].join("\n");
}

const SHOWN = 600;

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} ... (${text.length} characters)` : text;
}

interface Search {
  readonly inFile: ModelCheckOptions["inFile"];
  readonly supports: BackendCapabilities;
  readonly sequences: Sequences;
  readonly parameters: fc.Parameters<[readonly Step[]]>;
  readonly what: string;
}

async function search({ inFile, supports, sequences, parameters, what }: Search): Promise<void> {
  let deadline: number | undefined;
  let shortest: { readonly steps: readonly Step[]; readonly difference: Difference } | undefined;
  const property = fc.asyncProperty(sequences, async (steps) => {
    // Past the deadline a shorter sequence is not looked for any more.
    if (deadline !== undefined && performance.now() > deadline) return true;
    const difference = await inFile((file) => runSteps(file, steps, supports));
    if (difference === undefined) return true;
    deadline ??= performance.now() + SHRINK_MS;
    shortest = { steps, difference };
    return false;
  });
  const { failed, errorInstance } = await fc.check(property, parameters);
  if (!failed) return;
  if (shortest === undefined) throw errorInstance;
  throw new Error(report(shortest.steps, shortest.difference, what));
}

/**
 * Tries random sequences of calls on a backend and on a model of plain objects, and compares everything that can
 * be seen after each call.
 *
 * Rejects where they differ, with the shortest such sequence that was found, as code.
 */
export async function checkAgainstModel(options: ModelCheckOptions): Promise<void> {
  const { inFile, supports, runs = 100, length = 20, seed = 20240227 } = options;
  const sequences = new Sequences(supports, length);
  const parameters = { numRuns: runs, seed };
  await search({ inFile, supports, sequences, parameters, what: `seed ${seed}` });
}

/** The same for a given sequence. */
export async function checkSequence(
  steps: readonly Step[],
  options: Pick<ModelCheckOptions, "inFile" | "supports">,
): Promise<void> {
  const { inFile, supports } = options;
  const sequences = new Sequences(supports, 1);
  const parameters: fc.Parameters<[readonly Step[]]> = { numRuns: 1, examples: [[steps]] };
  await search({ inFile, supports, sequences, parameters, what: "a given sequence" });
}
