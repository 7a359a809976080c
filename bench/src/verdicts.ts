import type { BenchCase, Limit, Mode } from "./bench-case.js";
import type { CaseResult, ContenderResult } from "./harness.js";
import { geometricMean, ratio } from "./statistics.js";

export interface Verdict {
  readonly limit: Limit;
  readonly atMost: number;
  /** The ratio or the value, or undefined where the peer is absent. */
  readonly found: number | undefined;
}

/** The limits of a case in the mode that it was measured in. */
export function verdicts(one: BenchCase, result: CaseResult): Verdict[] {
  return one.limits.flatMap((limit) => {
    const atMost = limit.atMost[result.mode];
    return atMost === undefined ? [] : [{ limit, atMost, found: foundFor(limit, result) }];
  });
}

function foundFor(limit: Limit, result: CaseResult): number | undefined {
  const mine = contenderOf(result, "ours")?.series[limit.measure];
  if (mine === undefined || mine.length === 0) return undefined;
  if (limit.peer === undefined) return Math.max(...mine);
  const theirs = contenderOf(result, limit.peer)?.series[limit.measure];
  return theirs === undefined ? undefined : ratio(mine, theirs).ofMedians;
}

export function contenderOf(result: CaseResult, ...names: readonly string[]): ContenderResult | undefined {
  return result.contenders.find(({ name }) => names.includes(name));
}

/** The peer that a case is compared to in the mean. */
const COMPARED = ["h5py-original", "minidom"];

/** The geometric mean of the ratios to the original's manner and to minidom, and of how many cases; undefined of none. */
export function meanRatio(results: readonly CaseResult[]): { mean: number; count: number } | undefined {
  const ratios = results.flatMap((result) => {
    const mine = contenderOf(result, "ours")?.series.ms;
    const theirs = contenderOf(result, ...COMPARED)?.series.ms;
    return mine === undefined || theirs === undefined ? [] : [ratio(mine, theirs).ofMedians];
  });
  return ratios.length === 0 ? undefined : { mean: geometricMean(ratios), count: ratios.length };
}

/** What all cases together should hold. */
export const MEAN_AT_MOST: Readonly<Record<Mode, number>> = { warm: 0.4, fresh: 0.7 };
/** What a process may take beyond the floor of its case, in MiB. */
export const MOST_MIB_OVER_FLOOR = 20;
