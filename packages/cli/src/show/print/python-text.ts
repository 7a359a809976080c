/** Characters that Python's `repr` escapes: those of Unicode's categories Other and Separator, but the space. */
const NOT_PRINTABLE = /[\p{C}\p{Z}\\]/gu;

const SHORT: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A text as Python's `repr` gives it: in single quotes, or in double ones where only single ones are in it. */
export function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(NOT_PRINTABLE, (character) => {
    if (character === " ") return character;
    const point = character.codePointAt(0) ?? 0;
    const hex = point.toString(16);
    return (
      SHORT[character] ??
      (point < 0x100
        ? `\\x${hex.padStart(2, "0")}`
        : point < 0x10000
          ? `\\u${hex.padStart(4, "0")}`
          : `\\U${hex.padStart(8, "0")}`)
    );
  });
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}
