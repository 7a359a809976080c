import { lookup3 } from "../../../files/src/port/checksum.js";

/** A small deterministic generator of whole numbers below a limit. */
export function seededBelow(seed: number): (limit: number) => number {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000) * limit);
  };
}

/** Structures with a checksum behind them, and those without. */
const SUMMED = [
  "OHDR",
  "OCHK",
  "BTHD",
  "BTIN",
  "BTLF",
  "FRHP",
  "FHDB",
  "FHIB",
  "FSHD",
  "FADB",
  "FAHD",
  "EAHD",
  "EAIB",
  "EADB",
  "EASB",
];
const PLAIN = ["TREE", "SNOD", "HEAP", "GCOL"];
const MAX_SUMMED = 4096;

interface Sealed {
  readonly start: number;
  /** Where the checksum of the bytes before it is. */
  readonly end: number;
}

/** A sound file, and where damage finds something to hit: most of its bytes are unused. */
export interface Target {
  readonly bytes: Uint8Array;
  readonly structures: readonly number[];
  readonly sealed: readonly Sealed[];
}

export function targetOf(bytes: Uint8Array): Target {
  const text = Buffer.from(bytes).toString("latin1");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const structures = [0];
  const sealed: Sealed[] = [];
  for (const signature of [...SUMMED, ...PLAIN]) {
    for (let at = text.indexOf(signature); at >= 0; at = text.indexOf(signature, at + 1)) {
      structures.push(at);
      if (!SUMMED.includes(signature)) continue;
      const end = checksumOf(bytes, view, at);
      if (end !== undefined) sealed.push({ start: at, end });
    }
  }
  const superblock = checksumOf(bytes, view, 0);
  if (superblock !== undefined) sealed.push({ start: 0, end: superblock });
  return { bytes, structures, sealed };
}

/** The first position whose number is the checksum of all bytes from `start` to it. */
function checksumOf(bytes: Uint8Array, view: DataView, start: number): number | undefined {
  const last = Math.min(bytes.length - 4, start + MAX_SUMMED);
  for (let end = start + 4; end <= last; end++) {
    if (view.getUint32(end, true) === lookup3(bytes.subarray(start, end))) return end;
  }
  return undefined;
}

const TELLING = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff];

/**
 * The file with some damage, the same for the same number. In two of three
 * files checksums are made right again, so that the damage gets past them.
 */
export function mutate(target: Target, others: readonly Target[], number: number): Uint8Array {
  const below = seededBelow(number);
  const { structures } = target;
  let bytes = target.bytes.slice();
  const somewhere = (): number => {
    if (below(8) === 0) return below(bytes.length);
    const start = structures[below(structures.length)] ?? 0;
    return Math.min(bytes.length - 1, start + below(below(2) === 0 ? 80 : 500));
  };
  for (let changes = 1 + below(3); changes > 0; changes--) {
    const at = somewhere();
    switch (below(7)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        bytes[at] = TELLING[below(TELLING.length)] ?? 0;
        break;
      case 2:
        bytes.fill(TELLING[below(TELLING.length)] ?? 0, at, at + 1 + below(8));
        break;
      case 3: {
        // The address of another structure.
        const address = structures[below(structures.length)] ?? 0;
        for (let byte = 0; byte < 8 && at + byte < bytes.length; byte++)
          bytes[at + byte] = (address >> (8 * byte)) & 0xff;
        break;
      }
      case 4: {
        const from = somewhere();
        bytes.copyWithin(at, from, from + 1 + below(100));
        break;
      }
      case 5: {
        const other = others[below(others.length)] ?? target;
        const from = below(other.bytes.length);
        const part = other.bytes.subarray(from, from + 1 + below(600));
        bytes.set(part.subarray(0, bytes.length - at), at);
        break;
      }
      default:
        for (let byte = 0; byte < 4 && at + byte < bytes.length; byte++) bytes[at + byte] = below(256);
    }
  }
  if (below(3) > 0) seal(bytes, target.sealed);
  if (below(12) === 0) bytes = bytes.slice(0, below(bytes.length));
  return bytes;
}

/** Makes the checksums of the structures right again; returns the bytes. */
export function seal(bytes: Uint8Array, sealed: readonly Sealed[]): Uint8Array {
  const view = new DataView(bytes.buffer);
  for (const { start, end } of sealed) view.setUint32(end, lookup3(bytes.subarray(start, end)), true);
  return bytes;
}
