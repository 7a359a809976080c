import { FileMigrationException, FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import type { MigrationStep } from "./migration-step.js";

/**
 * The steps, checked: a copy of the list.
 *
 * @throws FileStructureException no list of steps, or one that does not lead to a later version.
 */
export function checkSteps(steps: readonly MigrationStep[]): readonly MigrationStep[] {
  if (!Array.isArray(steps))
    throw new FileStructureException(`expected a list as the steps of a migration, found ${quoted(steps)}`);
  return steps.map((step: Partial<MigrationStep> | undefined, index) => {
    const isStep =
      typeof step?.migrate === "function" &&
      Number.isSafeInteger(step.from) &&
      Number.isSafeInteger(step.to) &&
      Number(step.from) < Number(step.to);
    if (isStep) return step as MigrationStep; // its parts were looked at
    throw new FileStructureException(
      `expected { from, to, migrate } with whole numbers, from below to, as step ${index} of a migration, found ${quoted(step)}`,
    );
  });
}

/**
 * The fewest steps that lead from one version to another, in order.
 *
 * @throws FileMigrationException there are none, or the file is newer.
 */
export function planSteps(
  path: string,
  steps: readonly MigrationStep[],
  from: number,
  target: number,
): readonly MigrationStep[] {
  if (from > target)
    throw new FileMigrationException(
      `${path} has data version ${from}, which is newer than ${target}: nothing migrates it back; use a newer version of the program`,
    );
  /** The shortest way to each version that is reached. */
  const ways = new Map<number, readonly MigrationStep[]>([[from, []]]);
  for (const [version, way] of ways) {
    if (version === target) return way;
    for (const step of steps)
      if (step.from === version && step.to <= target && !ways.has(step.to)) ways.set(step.to, [...way, step]);
  }
  const known = steps.map((step) => `${step.from} to ${step.to}`).join(", ") || "none";
  throw new FileMigrationException(
    `${path} has data version ${from}, and no steps lead from there to ${target} (there are: ${known})`,
  );
}
