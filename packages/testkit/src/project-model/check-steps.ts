import type { RulePlace } from "../rules/places.js";
import type { ProjectStructureFactory } from "../rules/project-context.js";
import type { Step } from "./project-call.js";
import { type Difference, runSteps } from "./run-steps.js";
import { stepCode } from "./step-code.js";

/** Makes an empty folder for each try of a sequence. */
export type MakeFolder = () => RulePlace;

interface Failure {
  readonly folder: string;
  /** As they were run. */
  readonly steps: readonly Step[];
  readonly difference: Difference;
}

async function attempt(
  factory: ProjectStructureFactory,
  makeFolder: MakeFolder,
  steps: readonly Step[],
): Promise<Failure | undefined> {
  const place = makeFolder();
  try {
    const { steps: run, difference } = await runSteps(factory, place, steps);
    return difference === undefined ? undefined : { folder: place.folder, steps: run, difference };
  } finally {
    place.remove();
  }
}

/** Runs a sequence once. Rejects where the layout and the model differ. */
export async function trySteps(
  factory: ProjectStructureFactory,
  makeFolder: MakeFolder,
  steps: readonly Step[],
): Promise<void> {
  const failure = await attempt(factory, makeFolder, steps);
  if (failure !== undefined) throw new Error(report(failure, ""));
}

/**
 * Runs a sequence on a layout and on the model.
 *
 * Rejects where they differ; the message is the shortest sequence that was found, as code.
 */
export async function checkSteps(
  factory: ProjectStructureFactory,
  makeFolder: MakeFolder,
  steps: readonly Step[],
  about = "",
): Promise<void> {
  const failure = await attempt(factory, makeFolder, steps);
  if (failure === undefined) return;
  const shortest = await shortened(steps.slice(0, failure.difference.step + 1), async (shorter) =>
    attempt(factory, makeFolder, shorter),
  );
  throw new Error(report(shortest ?? failure, about));
}

/** Drops the steps without which it fails as well, one by one. */
async function shortened(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<Failure | undefined>,
): Promise<Failure | undefined> {
  let left = [...steps];
  let failure = await fails(left);
  for (let index = 0; index < left.length - 1; ) {
    const shorter = left.filter((_, other) => other !== index);
    const found = await fails(shorter);
    if (found === undefined) index += 1;
    else [left, failure] = [shorter.slice(0, found.difference.step + 1), found];
  }
  return failure;
}

function report({ folder, steps, difference }: Failure, about: string): string {
  const { step, look, expected, found } = difference;
  const lines = steps.slice(0, step + 1).map((one) => stepCode(one, folder));
  if (look !== undefined) lines.push(stepCode(look, folder));
  return [
    `the layout differs from the model${about}; the shortest sequence that was found:`,
    "",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code in a report
    "const projects = factory({ storageRoot: `${folder}/storage`, fs, isSyncing: () => false });",
    ...lines.slice(0, -1),
    `${lines.at(-1)}`,
    `// expected ${expected}`,
    `// found ${found}`,
    "",
  ].join("\n");
}
