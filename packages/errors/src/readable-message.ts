/** Maximum characters of a word in a message, such as a path or a key in quotes. */
const MAX_WORD = 1_000;
/** What is kept of a longer one: enough to recognize it. */
const KEPT_OF_WORD = 200;
const MAX_MESSAGE = 4_000;
const KEPT_OF_START = 2_500;
const KEPT_OF_END = 1_000;

/**
 * Shortens a message for people and logs: a key, a name or a text of thousands
 * of characters is not repeated in it.
 */
export function readableMessage(message: string): string {
  if (message.length <= MAX_WORD) return message;
  const short = message.replace(
    new RegExp(`\\S{${MAX_WORD + 1},}`, "gu"),
    (word) => `${start(word, KEPT_OF_WORD)}... (${word.length} characters) ...${end(word, 1)}`,
  );
  if (short.length <= MAX_MESSAGE) return short;
  return `${start(short, KEPT_OF_START)} ... (${short.length} characters) ... ${end(short, KEPT_OF_END)}`;
}

/** A surrogate pair is not cut. */
function start(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function end(text: string, length: number): string {
  return text.slice(-length).replace(/^[\udc00-\udfff]/, "");
}
