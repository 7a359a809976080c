import type { BenchCase } from "../bench-case.js";
import { appendCases } from "./append.js";
import { datasetCases } from "./dataset.js";
import { eventLoopCases } from "./event-loop.js";
import { nodeCases } from "./nodes.js";
import { projectCases } from "./project.js";
import { rowCases } from "./rows.js";
import { startUpCases } from "./start-up.js";
import { zipCases } from "./zip.js";

export const benchCases: readonly BenchCase[] = [
  ...datasetCases,
  ...rowCases,
  ...appendCases,
  ...nodeCases,
  ...projectCases,
  ...eventLoopCases,
  ...startUpCases,
  ...zipCases,
];

/** @throws Error that lists the existing names. */
export function findCase(name: string): BenchCase {
  const found = benchCases.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`no case "${name}"; there are ${benchCases.map((one) => one.name).join(", ")}`);
}
