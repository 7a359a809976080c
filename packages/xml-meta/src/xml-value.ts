import { FileStructureException } from "@tvb-storage/errors";
import { isDate } from "@tvb-storage/files/internal";
import { dateText, jsonText } from "./json-text.js";
import { pythonNumber } from "./python-number.js";

/**
 * The text of one value, as the Python original writes it: `True`, `False` and
 * `None`, numbers as Python prints them, dates as `YYYY-MM-DD HH:MM:SS` in local
 * time, with `.ffffff` where the microseconds are not 0, lists as JSON.
 * Dictionaries are JSON too, where the original writes Python's `repr`.
 *
 * @throws FileStructureException a value of another kind; `where` names it.
 */
export function xmlValue(value: unknown, where: string): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return pythonNumber(value);
    case "boolean":
      return value ? "True" : "False";
    default:
      if (value === null) return "None";
      return isDate(value) ? dateText(value, where) : jsonText(value, where);
  }
}

/** Characters that XML 1.0 cannot hold, escaped or not (section 2.2, Char). */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/**
 * `text` with `&`, `<`, `>` and `"` escaped, as Python's minidom does.
 *
 * @throws FileStructureException a character that XML cannot hold; `where` names the value.
 */
export function escapeXml(text: string, where: string): string {
  const found = NOT_XML.exec(text);
  if (found !== null) {
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    throw new FileStructureException(
      `${where}: the text has U+${code} at position ${found.index}, which XML cannot hold`,
    );
  }
  if (!/[&<>"]/.test(text)) return text;
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
    .replaceAll(">", "&gt;");
}
