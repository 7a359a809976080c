import { positionAfter } from "./xml-position.js";

// Where an ampersand is just a character, and, first in that order, one that starts no reference. A construct without
// its end reaches to the end of the document, which keeps the search linear.
const SEARCH =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)|&(?!#?[^\s<>&;#'"]{1,100};)/g;

/**
 * The position of the first `&` before the index `end` that should have been
 * written `&amp;`. A parser takes what follows it, up to a later semicolon or
 * the end of the document, as the name of an entity, and reports that position.
 */
export function findBareAmpersand(text: string, end: number): string | undefined {
  for (const { 0: found, index } of text.matchAll(SEARCH)) {
    if (index >= end) return undefined;
    if (found.startsWith("&")) return positionAfter(text.slice(0, index));
  }
  return undefined;
}
