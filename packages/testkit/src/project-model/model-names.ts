/** Names that every disk takes, and that stay in their folder. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])( *\..*)?$/is;

/** The longest name, in bytes of UTF-8. */
const MAX_BYTES = 255;

/** Whether a name must be refused by every method: the contract's rule for names. */
export function isBadName(name: unknown): boolean {
  if (typeof name !== "string" || name === "") return true;
  return (
    /[<>:"|?*/\\\p{Cc}\p{Surrogate}]/u.test(name) ||
    /[. ]$/.test(name) ||
    DEVICE.test(name) ||
    name.normalize("NFC") !== name ||
    Buffer.byteLength(name) > MAX_BYTES
  );
}

/** Whether an operation's id must be refused: neither a whole number from 0 nor a name. */
export function isBadOperation(id: unknown): boolean {
  return typeof id === "number" ? !Number.isSafeInteger(id) || id < 0 : isBadName(id);
}

/** Whether a path must be refused whatever is there. */
export function isBadPath(path: unknown): boolean {
  return typeof path !== "string" || path === "" || path.includes("\0");
}
