/** What messages of the libraries call their options and calls, and what these are on the command line. */
const WORDS: readonly (readonly [of: string | RegExp, here: string])[] = [
  ['pass { existing: "skip" } to leave it out', "--skip-existing leaves it out"],
  ['pass { incomplete: "report" } to export what is there', "without --complete, what is there is exported"],
  [
    "expected one Project.xml, found none",
    "expected one Project.xml, found none; datatypes need --project and --operation",
  ],
  ["to a group of its own (to)", "give a group of its own as the target node"],
  ["give another path (to)", "give another target node"],
  ["give the path of its copy (to)", "give the target node"],
  ["(overwrite: true)", "(--overwrite)"],
  ["with { field }", "with --field"],
  [/give a decoder \(filters: \{.*?\}\), or write/, "write"],
  [", or pass ignoreLocks: true to go by neither", ""],
  [/recover\([^()]*, \{ force: true \}\)/, "recover --force"],
  [
    ", or give S3Store the option credentials, or anonymous: true for a public bucket",
    "; --anonymous reads a public bucket",
  ],
  [", or the option credentials", ""],
  ["give the option region or set AWS_REGION", "set AWS_REGION"],
  ["give the option endpoint or region", "give --endpoint, or set AWS_REGION"],
  ["give credentials instead of anonymous: true", "give credentials instead of --anonymous"],
  ["recover(path)", '"tvb-storage recover"'],
];

/** The same message, with the commands and options of the command line in it. */
export function inCommandWords(message: string): string {
  return WORDS.reduce((text, [of, here]) => text.replace(of, () => here), message);
}
