import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { ProjectStructure } from "@tvb-storage/core";
import { describe, expect, it } from "vitest";
import { packages } from "../../../../test/support/sources.mjs";
import { temporaryFolder } from "../../../../test/support/temporary-folder.js";
import {
  PLACE_NAMES,
  type PlaceName,
  type ProjectContext,
  type ProjectStructureFactory,
  type ProjectStructureOptions,
  projectStructureRules,
  type Rule,
  runProjectRule,
} from "../../src/index.js";
import { within } from "../../src/rules/expect.js";
import { bundleEdited } from "./bundle-edited.js";
import { type Failure, matches } from "./find-catch.js";
import { type Result, rulesOf, tableOf } from "./mutation-table.js";
import { projectVariants } from "./project-variants.js";
import { secondProjectSet } from "./second-set.js";
import type { Variant } from "./variant.js";

/** The rule that caught a variant the last time is tried first. */
const before = rulesOf(readFileSync(new URL("../../PROJECT-MUTATIONS.md", import.meta.url), "utf8"));

const folder = temporaryFolder("project-mutation");
let programs = 0;

/** `FilesHelper` with one source edited, with copies of its own of all that it imports. */
async function loadVariant(variant: Variant | undefined): Promise<ProjectStructureFactory> {
  const file = folder(`helper${programs++}.mjs`);
  await writeFile(file, await bundleEdited(`${packages}fs-helper/src/index.ts`, variant));
  const module: unknown = await import(pathToFileURL(file).href);
  const { FilesHelper } = module as {
    FilesHelper: new (options: ProjectStructureOptions) => ProjectStructure;
  }; // what its index.ts exports
  return (options) => new FilesHelper(options);
}

/** A rule that waits longer is given up. */
const PATIENCE_MS = 20_000;
/** Failures of other causes after which no more rules are tried. */
const MAX_FAILURES = 12;

/** Of a report of the model the last call, with what is expected and found; else the error's message. */
function stepOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith("the layout differs from the model")
    ? message.slice(message.lastIndexOf("\nawait ") + 1)
    : message;
}

function failureOf(run: Promise<void>): Promise<string | undefined> {
  return within(PATIENCE_MS, "the rule", run).then(() => undefined, stepOf);
}

interface Try {
  readonly group: string;
  readonly rule: Rule<ProjectContext>;
  readonly place: PlaceName;
}

/** All rules at all places: the one that caught the variant before, those that speak of it, the others. */
function tries({ wrong, uses }: Variant): Try[] {
  const all = PLACE_NAMES.flatMap((place) =>
    projectStructureRules.flatMap(({ name, rules }) => rules.map((rule) => ({ group: name, rule, place }))),
  );
  const rank = ({ group, rule }: Try): number => {
    const title = `${group}: ${rule.name}`;
    if (title === before.get(wrong)) return 0;
    return uses.test(title) ? 1 : 2;
  };
  return all.sort((a, b) => rank(a) - rank(b));
}

/** The failures of a variant up to the first that is about what it changes. */
async function failuresOf(variant: Variant): Promise<Failure[]> {
  const factory = await loadVariant(variant);
  const failures: Failure[] = [];
  for (const { group, rule, place } of tries(variant)) {
    const step = await failureOf(runProjectRule(rule, factory, place));
    if (step === undefined) continue;
    const failure = { group, rule: rule.name, step };
    failures.push(failure);
    if (matches(variant.uses, failure) || failures.length === MAX_FAILURES) return failures;
  }
  return failures;
}

it("FilesHelper as it is breaks no rule", async () => {
  const factory = await loadVariant(undefined);
  for (const { rules } of projectStructureRules)
    for (const rule of rules) await runProjectRule(rule, factory, "memfs");
}, 120_000);

const first: Result[] = [];
const second: Result[] = [];

describe.each([
  { set: "that authors may make", all: projectVariants, results: first },
  { set: "made from the documentation alone", all: secondProjectSet, results: second },
])("mistakes $set", ({ all, results }) => {
  it.each(all)(
    "a layout that $wrong is caught by a step that uses what is wrong",
    async (variant) => {
      const found = await failuresOf(variant);
      const caught = found.find((failure) => matches(variant.uses, failure));
      results.push({ variant, caught });
      if (variant.survives !== undefined)
        expect(caught, "it is caught, and needs no reason why not").toBeUndefined();
      else {
        const others = found.map(({ group, rule, step }) => `${group}: ${rule}\n${step}`).join("\n");
        expect(caught, `no rule catches it, or for other reasons only:\n${others}`).toBeDefined();
      }
    },
    300_000,
  );
});

it("at most one in twenty variants is not caught, and about one in seven of those from the documentation", () => {
  const caughtOf = (results: readonly Result[]): number =>
    results.filter(({ caught }) => caught !== undefined).length / results.length;
  expect(caughtOf(first)).toBeGreaterThanOrEqual(0.95);
  expect(caughtOf(second)).toBeGreaterThanOrEqual(0.85);
});

// Vitest writes the file where it is missing, and fails in CI where it differs; `-u` renews it.
it("the table of variants and of the rules that catch them is current", async () => {
  const table = [
    "# Mutation checks of layouts",
    "",
    "Generated by `test/mutation/project-mutation.deep.test.ts`: deliberately wrong variants of `FilesHelper`, each an",
    "edit of its sources or of those that it uses, and the rule of the kit that it breaks. A rule counts only where it,",
    "its error, or the last call of a sequence of the model uses what the edit changed.",
    "",
    "## Mistakes that authors may make",
    "",
    ...tableOf(first, "layout"),
    "## Mistakes made from the documentation alone",
    "",
    "By someone who had not seen the rules.",
    "",
    ...tableOf(second, "layout"),
  ];
  await expect(table.join("\n")).toMatchFileSnapshot("../../PROJECT-MUTATIONS.md");
});
