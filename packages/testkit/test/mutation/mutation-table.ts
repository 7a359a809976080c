import type { Failure } from "./find-catch.js";
import type { Variant } from "./variant.js";

/** What became of a variant. */
export interface Result {
  readonly variant: Variant;
  /** The failure that is about what the variant changes. */
  readonly caught: Failure | undefined;
}

function cell(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "\\|");
}

/** The calls of a step of the model: the one that is made, and the one that shows the difference. */
function callsOf({ step }: Failure): string {
  const calls = [...step.matchAll(/^(?: {2}|for await \(.*? of |.*?await )?(?:m\d|cold)\.(\w+)\(/gm)].map(
    ([, call]) => call,
  );
  return [...new Set(calls)].join(", ");
}

/** The lines of a section of the table. */
export function tableOf(results: readonly Result[], subject = "backend"): string[] {
  const caught = results.flatMap(({ variant, caught }) =>
    caught === undefined ? [] : [{ variant, caught }],
  );
  const survivors = results.filter((result) => result.caught === undefined);
  return [
    `${caught.length} of ${results.length} are caught.`,
    "",
    `| A ${subject} that | is caught by | at |`,
    "| --- | --- | --- |",
    ...caught.map(
      ({ variant, caught }) =>
        `| ${cell(variant.wrong)} | ${cell(`${caught.group}: ${caught.rule}`)} | ${caught.group === "model" ? callsOf(caught) : ""} |`,
    ),
    "",
    ...(survivors.length === 0 ? [] : [`| A ${subject} that | is not caught, because |`, "| --- | --- |"]),
    ...survivors.map(({ variant }) => `| ${cell(variant.wrong)} | ${cell(variant.survives ?? "")} |`),
    ...(survivors.length === 0 ? [] : [""]),
  ];
}

/** The rules that caught variants, by what is wrong with those, of a table that was written before. */
export function rulesOf(table: string): Map<string, string> {
  const rows = table.matchAll(/^\| (?<wrong>.*?) \| (?<rule>.*?) \|.*\|$/gm);
  return new Map([...rows].map(({ groups }) => [groups?.["wrong"] ?? "", groups?.["rule"] ?? ""]));
}
