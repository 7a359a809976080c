import type { StorageBackend } from "@tvb-storage/core";
import {
  notOffered,
  type Rule,
  runStorageRule,
  type StorageContext,
  type StorageKitOptions,
  storageManagerRules,
  storeOffers,
} from "../../src/index.js";
import { within } from "../../src/rules/expect.js";

/** What the kit runs on. */
export interface Subject {
  readonly backend: StorageBackend;
  readonly options: StorageKitOptions;
}

/** A rule that fails, and the step of it that does. */
export interface Failure {
  readonly group: string;
  readonly rule: string;
  /** The last call of a sequence of the model; else the error's message. */
  readonly step: string;
}

/** Longer than a sequence of the model is made shorter. */
const PATIENCE_MS = 40_000;
/** Failures of other causes after which no more rules are tried. */
const MAX_FAILURES = 40;

/** Where a statement begins in a report of the model. */
const STATEMENT = /^(?=(?:await|for await|const cold|call \d+ of these:|\/\/ the folder) )/m;
/** A call that looks at what the statement before it did. */
const LOOK =
  /^(?:const cold|await cold|\/\/ the folder|await m\d\.(?:isValidTvbFile|listNodes|getFileDataVersion|getMetadata|getDataShape|getData)\((?:"[^"]*")?\); \/\/)/;

/** What failed in a rule: of a report of the model its last call, with the look that shows what is wrong. */
function stepOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!message.startsWith("the backend differs from the model")) return message;
  const statements = message.split(STATEMENT);
  let first = statements.length - 1;
  while (first > 1 && LOOK.test(statements[first] ?? "")) first -= 1;
  return statements.slice(first).join("");
}

function failureOf(run: Promise<void>): Promise<string | undefined> {
  return within(PATIENCE_MS, "the rule", run).then(() => undefined, stepOf);
}

/** All rules, those whose group and name begin with `first` before the others. */
function rulesInOrder(first: string): { readonly group: string; readonly rule: Rule<StorageContext> }[] {
  const all = storageManagerRules.flatMap(({ name, rules }) => rules.map((rule) => ({ group: name, rule })));
  const isFirst = ({ group, rule }: (typeof all)[number]): boolean =>
    first !== "" && `${group}: ${rule.name}`.startsWith(first);
  return [...all.filter(isFirst), ...all.filter((each) => !isFirst(each))];
}

/**
 * The failures of a backend, up to the first whose text matches `uses`. `first` are the rules to begin with; `onRule`
 * hears of each rule before it runs.
 */
export async function failuresUntil(
  uses: RegExp,
  first: string,
  { backend, options }: Subject,
  onRule: (group: string, rule: string) => void,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  const store = await storeOffers(options);
  for (const { group, rule } of rulesInOrder(first)) {
    if (failures.length >= MAX_FAILURES) return failures;
    if (notOffered(rule, backend.supports, options, store) !== undefined) continue;
    onRule(group, rule.name);
    const step = await failureOf(runStorageRule(rule, backend, "memfs", options));
    if (step === undefined) continue;
    const failure = { group, rule: rule.name, step };
    failures.push(failure);
    if (matches(uses, failure)) return failures;
  }
  return failures;
}

/** Whether a failure is about what `uses` describes. */
export function matches(uses: RegExp, { group, rule, step }: Failure): boolean {
  return uses.test(`${group}: ${rule}\n${step}`);
}
