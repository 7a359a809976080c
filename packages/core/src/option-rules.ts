/** What an option takes, in words for a message and as a check. */
export interface OptionRule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** A rule for every option that the type has. */
export type OptionRules<T> = { readonly [K in keyof T]-?: OptionRule };

export const text: OptionRule = { expected: "a text", accepts: (value) => typeof value === "string" };

export const filledText: OptionRule = {
  expected: "a text that is not empty",
  accepts: (value) => typeof value === "string" && value !== "",
};

export const trueOrFalse: OptionRule = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};

export const wholeNumber: OptionRule = { expected: "a whole number", accepts: Number.isSafeInteger };

export const positive: OptionRule = {
  expected: "a whole number from 1",
  accepts: (value) => isWholeFrom(1, value),
};

export const callback: OptionRule = {
  expected: "a function",
  accepts: (value) => typeof value === "function",
};

/** Structural, so that a signal of another realm or a polyfill passes. */
export const abortSignal: OptionRule = {
  expected: "an AbortSignal",
  accepts: (value) => typeof value === "object" && value !== null && "aborted" in value,
};

export function isWholeFrom(least: number, value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least;
}

/** A value of whatever kind, for a message. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shownValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, entry]) => `${name}: ${shownEntry(entry)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return shownEntry(value);
}

function shownEntry(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "function" ? "a function" : String(value);
}
