import { isDeepStrictEqual } from "node:util";
import type { Outcome } from "./prediction.js";
import { ABORT_REASON, LISTENER_ERROR } from "./run-call.js";

/** What came of a call. */
export type FoundOutcome =
  | { readonly value: unknown }
  | { readonly error: Error & { readonly code: string } };

export function agrees(expected: Outcome, found: FoundOutcome): boolean {
  if ("value" in expected) return "value" in found && isDeepStrictEqual(found.value, expected.value);
  if (!("error" in found)) return false;
  const { codes, mention, cause } = expected;
  return (
    codes.some((code) => code === found.error.code) &&
    (mention === undefined || found.error.message.includes(mention)) &&
    (cause === undefined || found.error.cause === CAUSES[cause])
  );
}

const CAUSES = { "reason of the signal": ABORT_REASON, "error of the listener": LISTENER_ERROR };

export function describe(outcome: Outcome | undefined): string {
  if (outcome === undefined) return "nothing";
  if ("value" in outcome) return describeValue(outcome.value);
  const { codes, mention, cause } = outcome;
  return `it to reject with ${[...new Set(codes)].join(" or ")}${mention === undefined ? "" : `, with ${JSON.stringify(mention)} in the message`}${cause === undefined ? "" : `, the ${cause} as its cause`}`;
}

export function describeFound(outcome: FoundOutcome): string {
  if ("value" in outcome) return describeValue(outcome.value);
  const { error } = outcome;
  return `it rejected with ${error.code} (${error.message}), cause ${String(error.cause)}`;
}

function describeValue(value: unknown): string {
  return value === undefined
    ? "it to resolve"
    : `it to resolve to ${(JSON.stringify(value) ?? "").slice(0, 300)}`;
}
