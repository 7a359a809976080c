import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "./quoted.js";
import { readArgument } from "./read-argument.js";

/** What an argument or an option may be: in words that follow "must be", and as a function. */
export interface OptionRule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** How messages describe a wrong value; default its kind. */
  readonly nameOf?: (value: unknown) => string | undefined;
}

/** The message about a wrong argument, the same in all packages. `what` names the argument. */
export function argumentMessage(what: string, expected: string, found: string): string {
  return `${what} must be ${expected}; found ${found}`;
}

/**
 * Checks an argument that TypeScript would refuse, for callers in plain JavaScript.
 *
 * @throws FileStructureException `value` is not what the rule accepts; `what` names it.
 */
export function checkArgument(value: unknown, what: string, rule: OptionRule): void {
  if (readArgument(what, () => rule.accepts(value))) return;
  const found = rule.nameOf?.(value) ?? quoted(value);
  throw new FileStructureException(argumentMessage(what, rule.expected, found));
}
