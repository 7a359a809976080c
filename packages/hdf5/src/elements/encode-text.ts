import { IncompatibleFileManagerException } from "@tvb-storage/errors";
import { encodeText, quoted } from "@tvb-storage/files";
import type { StringType } from "../datatypes/datatype.js";

const NOT_ASCII = /[^\0-\x7f\udc80-\udcff]/u;

/** Whether a text can go to where ASCII is declared: bytes that are no characters of any kind can. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/**
 * Texts as elements of a fixed length.
 *
 * @throws IncompatibleFileManagerException a text that does not fit, or that would not come back as it is.
 */
export function encodeFixedStrings(texts: readonly string[], type: StringType, what: string): Uint8Array {
  const { size, padding, charset } = type;
  const room = padding === "null-term" ? size - 1 : size;
  const fill = padding === "space-pad" ? 0x20 : 0;
  const result = new Uint8Array(texts.length * size).fill(fill);
  texts.forEach((text, index) => {
    const bytes = encodeText(text);
    const refuse = (reason: string): never => {
      throw new IncompatibleFileManagerException(`${what}: string ${index} (${quoted(text)}) ${reason}`);
    };
    if (bytes.length > room) refuse(`takes ${bytes.length} bytes where ${room} fit`);
    if (charset === "ascii" && !isAscii(text)) refuse("is not ASCII, which the dataset is declared to be");
    if (padding === "space-pad" && text.endsWith(" "))
      refuse("ends with a space, which the dataset's padding would lose");
    result.set(bytes, index * size);
  });
  return result;
}
