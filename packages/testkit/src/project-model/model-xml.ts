import type { XmlInput, XmlMetadata } from "@tvb-storage/files";

/** The documents that a sequence may meet, by their text in latin1, and what is read from them. */
export class Documents {
  readonly #known = new Map<string, XmlMetadata>();

  /** A document as the Python original writes it. */
  write(metadata: XmlInput): string {
    const read = Object.entries(metadata).map(([key, value]) => [key, asText(value)] as const);
    const text =
      read.length === 0
        ? `${HEAD}<tvb_data Data_version="5"/>\n`
        : `${HEAD}<tvb_data Data_version="5">\n${read.map(([key, value]) => `\t<${key}>${escaped(value)}</${key}>\n`).join("")}</tvb_data>\n`;
    return this.know(text, Object.fromEntries(read.map(([key, value]) => [key, value.trim()])));
  }

  /** A document that another program wrote, and what it means. */
  know(text: string, metadata: XmlMetadata): string {
    const content = Buffer.from(text).toString("latin1");
    this.#known.set(content, metadata);
    return content;
  }

  /** What a file means; undefined where it is no document. */
  read(content: string): XmlMetadata | undefined {
    return this.#known.get(content);
  }
}

const HEAD = '<?xml version="1.0" ?>\n';

/** Of the values that sequences use: texts, numbers, booleans, null. */
function asText(value: unknown): string {
  if (value === true) return "True";
  if (value === false) return "False";
  return value === null ? "None" : String(value);
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
    .replaceAll(">", "&gt;");
}

/** Whether no element can have one of the keys. */
export function hasBadKeys(metadata: XmlInput): boolean {
  return Object.keys(metadata).some((key) => !/^[\p{L}_][\p{L}\d_.-]*$/u.test(key));
}
