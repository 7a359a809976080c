import { isTVBException } from "@tvb-storage/errors";

/** What the libraries call their options and calls, and what these are on the command line. */
const WORDS: readonly (readonly [of: string, here: string])[] = [
  ['pass { existing: "skip" } to leave it out', "--skip-existing leaves it out"],
  ['pass { incomplete: "report" } to export what is there', "without --complete, what is there is exported"],
  [
    "expected one Project.xml, found none",
    "expected one Project.xml, found none; datatypes need --project and --operation",
  ],
];

/** The same exception, with the options of the command line in its message. */
export function inCommandWords(error: unknown): unknown {
  if (!isTVBException(error)) return error;
  let { message } = error;
  for (const [of, here] of WORDS) message = message.replace(of, here);
  message = message.replace(/recover\(.*?, \{ force: true \}\)/, "recover --force");
  if (message === error.message) return error;
  // Every class of @tvb-storage/errors is made from a message and options.
  const Same = error.constructor as new (message: string, options: { cause: unknown }) => Error;
  return new Same(message, { cause: error.cause ?? error });
}
