import type { BenchCase, CallCase } from "../bench-case.js";
import { appendCases } from "./append.js";
import { attributeCases } from "./attributes.js";
import { datasetCases } from "./dataset.js";
import { eventLoopCases } from "./event-loop.js";
import { nodeCases } from "./nodes.js";
import { programCases } from "./programs.js";
import { projectCases } from "./project.js";
import { rowCases } from "./rows.js";
import { zipCases } from "./zip.js";

export const callCases: readonly CallCase[] = [
  ...datasetCases,
  ...rowCases,
  ...appendCases,
  ...nodeCases,
  ...attributeCases,
  ...projectCases,
  ...eventLoopCases,
  ...zipCases,
];

export const benchCases: readonly BenchCase[] = [...programCases, ...callCases];

/** @throws Error that lists the existing names. */
export function findCase(name: string): BenchCase {
  const found = benchCases.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`no case "${name}"; there are ${benchCases.map((one) => one.name).join(", ")}`);
}

/** @throws Error for one that is unknown, or is a whole program. */
export function findCallCase(name: string): CallCase {
  const found = callCases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case "${name}" that is measured by calls`);
  return found;
}
