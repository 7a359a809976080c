/** Controls of ASCII and ISO 8859-1, of the direction of text, separators of lines, and halves of surrogate pairs. */
const UNPRINTABLE =
  /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A text from a file, such as a name or a value, as a terminal may show it: what would move its cursor, change its
 * colours or turn the text around is escaped. A byte that is not UTF-8 is `\xff`.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    return SHORT[character] ?? unicodeEscape(code);
  });
}

function unicodeEscape(code: number): string {
  return code < 0x80
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
