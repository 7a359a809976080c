/** The bytes of elements sorted by their significance: first the first byte of each, then the second. */
export function shuffle(bytes: Uint8Array, itemBytes: number): Uint8Array {
  const count = Math.floor(bytes.length / itemBytes);
  const result = Uint8Array.from(bytes); // what is left of a part of an element stays at the end
  for (let byte = 0; byte < itemBytes; byte++)
    for (let i = 0, from = byte; i < count; i++, from += itemBytes)
      result[byte * count + i] = bytes[from] ?? 0;
  return result;
}

export function unshuffle(bytes: Uint8Array, itemBytes: number): Uint8Array {
  const count = Math.floor(bytes.length / itemBytes);
  const result = Uint8Array.from(bytes);
  for (let byte = 0; byte < itemBytes; byte++)
    for (let i = 0, to = byte; i < count; i++, to += itemBytes) result[to] = bytes[byte * count + i] ?? 0;
  return result;
}
