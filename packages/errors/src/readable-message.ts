/** A word of a message, such as a path or a key in quotes, may have this many characters. */
const MAX_WORD = 1_000;
/** How much is kept of a longer one: enough to know it by. */
const KEPT_OF_WORD = 200;
const MAX_MESSAGE = 4_000;
const KEPT_OF_START = 2_500;
const KEPT_OF_END = 1_000;

/**
 * A message that a person can read and a log can keep: a key, a name or a text
 * that is thousands of characters long is not repeated in it.
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

/** Not cut between the halves of a surrogate pair. */
function start(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function end(text: string, length: number): string {
  return text.slice(-length).replace(/^[\udc00-\udfff]/, "");
}
