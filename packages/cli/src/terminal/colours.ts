import picocolors from "picocolors";
import type { Output } from "./terminal.js";

export type Colours = ReturnType<typeof picocolors.createColors>;

/**
 * Colours for an output: on a terminal, unless NO_COLOR is set or TERM is dumb, and everywhere where FORCE_COLOR asks
 * for them. `wanted` is false after `--no-color`, which comes before all of these.
 */
export function coloursFor(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
  wanted = true,
): Colours {
  const { NO_COLOR = "", FORCE_COLOR = "", TERM } = env;
  const byOutput = output.isTerminal && TERM !== "dumb" && FORCE_COLOR !== "0";
  const forced = FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  return picocolors.createColors(wanted && NO_COLOR === "" && (forced || byOutput));
}
