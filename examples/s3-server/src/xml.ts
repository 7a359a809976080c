/** An element's name, with its text or its own elements. */
export type XmlElement = readonly [name: string, content: string | number | boolean | readonly XmlElement[]];

/** Every character that XML gives a meaning, or normalizes: a text is read back as it was. */
const SPECIAL = /[&<>"'\r\n\t]/g;

/** A document of elements. A character that XML cannot have is the caller's to avoid. */
export function xmlDocument(root: string, elements: readonly XmlElement[], namespace?: string): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${elements.map(format).join("")}</${root}>`;
}

function format([name, content]: XmlElement): string {
  const inner =
    typeof content === "object"
      ? content.map(format).join("")
      : String(content).replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
  return `<${name}>${inner}</${name}>`;
}
