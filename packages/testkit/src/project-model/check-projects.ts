import fc from "fast-check";
import { makePlace, type PlaceName } from "../rules/places.js";
import type { ProjectStructureFactory } from "../rules/project-context.js";
import { arbitrarySteps } from "./arbitrary-step.js";
import { checkSteps, type MakeFolder, trySteps } from "./check-steps.js";

export interface ProjectModelOptions {
  /** Where sequences run; default `"memfs"`. */
  readonly place?: PlaceName;
  /** Sequences to try; default 100. */
  readonly runs?: number;
  /** Maximum calls of a sequence; default 12. */
  readonly length?: number;
  /** The same sequences for the same seed; default 20240227. */
  readonly seed?: number;
}

/**
 * Tries random sequences of calls on a layout and on a model of the whole tree of files.
 *
 * Rejects where they differ, with the shortest such sequence that was found, as code.
 */
export async function checkProjectsAgainstModel(
  factory: ProjectStructureFactory,
  { place = "memfs", ...options }: ProjectModelOptions = {},
): Promise<void> {
  await checkSequences(factory, () => makePlace(place), options);
}

/** As `checkProjectsAgainstModel`, in folders that the caller makes. */
export async function checkSequences(
  factory: ProjectStructureFactory,
  makeFolder: MakeFolder,
  { runs = 100, length = 12, seed = 20240227 }: Omit<ProjectModelOptions, "place">,
): Promise<void> {
  const details = await fc.check(
    fc.asyncProperty(arbitrarySteps(length), (steps) => trySteps(factory, makeFolder, steps)),
    { numRuns: runs, seed },
  );
  if (!details.failed) return;
  const [steps = []] = details.counterexample ?? [];
  await checkSteps(factory, makeFolder, steps, ` (seed ${seed})`);
  throw new Error(`the layout differs from the model (seed ${seed}), but not every time`, {
    cause: details.errorInstance,
  });
}
