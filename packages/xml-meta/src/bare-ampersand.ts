import { XmlPosition } from "./xml-position.js";

// Where an ampersand is just a character, and, first in that order, one that starts no reference. A construct without
// its end reaches to the end of the document, which keeps the search linear.
const SEARCH =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)|&(?!#?[^\s<>&;#'"]{1,100};)/g;

/**
 * The place of the first `&` that should have been written `&amp;`. A parser
 * takes what follows it, up to some later semicolon or the end of the document,
 * for the name of an entity, and reports the wrong place.
 */
export function findBareAmpersand(text: string): XmlPosition | undefined {
  for (const match of text.matchAll(SEARCH)) {
    if (!match[0].startsWith("&")) continue;
    const position = new XmlPosition();
    position.advance(text.slice(0, match.index));
    return position;
  }
  return undefined;
}
