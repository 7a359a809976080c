/** Names and texts in messages are cut here. */
const MAX_LENGTH = 200;

/** `show(text)`, shortened where it is too long for a message. */
export function shortened(text: string, show: (text: string) => string = (part) => part): string {
  if (text.length <= MAX_LENGTH) return show(text);
  // Not between the halves of a surrogate pair.
  const start = text.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, "");
  return `${show(start)}... (${text.length} characters)`;
}

/** `an object`, or a known kind of it: `a Map`. */
function kindOfObject(value: object): string {
  const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
  return /^Object$|^[^A-Z]|[^A-Za-z0-9]/.test(kind)
    ? "an object"
    : `${/^[AEIO]/.test(kind) ? "an" : "a"} ${shortened(kind)}`;
}

/**
 * A value for messages: a text in quotes, with control characters escaped and
 * not longer than a line; an object by its kind.
 */
export function quoted(value: unknown): string {
  try {
    return kindOrText(value);
  } catch {
    return "an object that cannot be looked at"; // a revoked Proxy, a getter that throws
  }
}

function kindOrText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return shortened(value, (text) => JSON.stringify(text));
    case "bigint":
      return shortened(`${value}n`);
    case "function":
    case "symbol":
      return `a ${typeof value}`;
    case "object":
      if (value === null) return "null";
      if ("then" in value && typeof value.then === "function")
        return "a promise: use await to get its result";
      return Array.isArray(value) ? "a list" : kindOfObject(value);
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}
