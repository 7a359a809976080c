/** @param polynomial With its bits in reverse order. */
function checksum(polynomial: number): (bytes: Uint8Array, before?: number) => number {
  let table: Uint32Array | undefined;
  const makeTable = (): Uint32Array =>
    Uint32Array.from({ length: 256 }, (_, byte) => {
      let rest = byte;
      for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
      return rest;
    });
  return (bytes, before = 0) => {
    table ??= makeTable();
    let rest = before ^ 0xffffffff;
    for (const byte of bytes) rest = (rest >>> 8) ^ (table[(rest ^ byte) & 0xff] ?? 0);
    return (rest ^ 0xffffffff) >>> 0;
  };
}

/** The checksum CRC-32C (Castagnoli; RFC 3720) of bytes. */
export const crc32c = checksum(0x82f63b78);

/** The checksum of ZIP and gzip (RFC 1952), of bytes that follow those of the checksum `before`. */
export const crc32 = checksum(0xedb88320);
