import type { BenchCase, CallCase } from "../bench-case.js";
import { cases as append } from "./append.js";
import { cases as attributes } from "./attributes.js";
import { cases as dataset } from "./dataset.js";
import { cases as eventLoop } from "./event-loop.js";
import { cases as nodes } from "./nodes.js";
import { cases as programs } from "./programs.js";
import { cases as project } from "./project.js";
import { cases as rows } from "./rows.js";
import { cases as xml } from "./xml.js";
import { cases as zarr } from "./zarr.js";
import { cases as zip } from "./zip.js";

/** By the module that they are in: a contender loads that one alone, for what it imports is a part of its memory. */
const modules: Readonly<Record<string, readonly BenchCase[]>> = {
  programs,
  dataset,
  rows,
  append,
  nodes,
  attributes,
  project,
  xml,
  "event-loop": eventLoop,
  zip,
  zarr,
};

export const benchCases: readonly BenchCase[] = Object.values(modules).flat();

/** What is measured together: `zarr` beside zarr-python, and all else. */
export const suites: Readonly<Record<"latest" | "zarr", readonly BenchCase[]>> = {
  latest: benchCases.filter(({ name }) => !name.startsWith("zarr-")),
  zarr,
};

export function moduleOf(one: BenchCase): string {
  const found = Object.entries(modules).find(([, cases]) => cases.includes(one));
  if (found === undefined) throw new Error(`the case "${one.name}" is in no module`);
  return found[0];
}

/** @throws Error that lists the existing names. */
export function findCase(name: string): BenchCase {
  const found = benchCases.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`no case "${name}"; there are ${benchCases.map((one) => one.name).join(", ")}`);
}

export function isCallCase(one: BenchCase): one is CallCase {
  return !("program" in one);
}
