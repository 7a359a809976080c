import picocolors from "picocolors";
import type { Output } from "./terminal.js";

export type Colours = ReturnType<typeof picocolors.createColors>;

/** Colours for an output: only on a terminal, unless FORCE_COLOR asks for them; never where NO_COLOR is set, or TERM is dumb. */
export function coloursFor(output: Output, env: Readonly<Record<string, string | undefined>>): Colours {
  const refused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  const forced = (env["FORCE_COLOR"] ?? "") !== "" && env["FORCE_COLOR"] !== "0";
  return picocolors.createColors(!refused && (output.isTerminal || forced));
}
