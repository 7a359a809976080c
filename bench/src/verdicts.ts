import type { BenchCase, ContenderName, Limit, Mode } from "./bench-case.js";
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

/** A mean of ratios to peers, and what it should be at most. */
export interface Mean {
  readonly title: string;
  readonly peers: readonly ContenderName[];
  readonly measure: string;
  readonly atMost: Readonly<Partial<Record<Mode, number>>>;
  /** Only of cases that have a limit to one of the peers: the others are shown beside them. */
  readonly limited?: boolean;
}

export const MEANS: readonly Mean[] = [
  {
    title: "the original's manner and to minidom",
    peers: ["h5py-original", "minidom"],
    measure: "ms",
    atMost: { warm: 0.4, fresh: 0.7 },
  },
  { title: "zarr-python", peers: ["zarr"], measure: "ms", atMost: { warm: 0.7, fresh: 0.7 }, limited: true },
  {
    title: "zarr-python, with the start of the process",
    peers: ["zarr"],
    measure: "whole",
    atMost: { fresh: 0.7 },
    limited: true,
  },
];

/** Whether a mean is of this case, too. */
export function isInMean({ limits }: BenchCase, { peers, limited }: Mean): boolean {
  return limited !== true || limits.some(({ peer }) => peer !== undefined && peers.includes(peer));
}

/** The geometric mean of the ratios to peers, and of how many cases; undefined of none. */
export function meanRatio(
  results: readonly CaseResult[],
  { peers, measure }: Mean,
): { mean: number; count: number } | undefined {
  const ratios = results.flatMap((result) => {
    const mine = contenderOf(result, "ours")?.series[measure];
    const theirs = contenderOf(result, ...peers)?.series[measure];
    return mine === undefined || theirs === undefined ? [] : [ratio(mine, theirs).ofMedians];
  });
  return ratios.length === 0 ? undefined : { mean: geometricMean(ratios), count: ratios.length };
}

/** What a process may take beyond the floor of its case, in MiB. */
export const MOST_MIB_OVER_FLOOR = 20;
