import { crc32, deflateRawSync } from "node:zlib";

// Writes ZIP archives byte by byte, right or wrong as asked: nothing of the code under test is used.

export interface RawEntry {
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  /** Default 8 (deflated). */
  readonly method?: number;
  /** Default UTF-8 names (0x800). */
  readonly flags?: number;
  /** Unix mode with type; default a regular file of 0644, or a folder where the name ends in `/`. */
  readonly mode?: number;
  /** Upper byte of "version made by"; default 3 (Unix). */
  readonly host?: number;
  /** What is claimed, where it is not the truth. */
  readonly crc?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  /** The compressed bytes themselves. */
  readonly packed?: Buffer;
  /** Extra field of the central directory. */
  readonly extra?: Buffer;
  /** DOS date and time; default 2020-05-17 10:20:30. */
  readonly date?: number;
  readonly time?: number;
  /** Claimed offset of the local header. */
  readonly offset?: number;
  /** After the data. */
  readonly descriptor?: Buffer;
  /** Where the local header says something else; `null` leaves the header and data out. */
  readonly local?: null | {
    readonly signature?: number;
    readonly name?: string;
    readonly flags?: number;
    readonly method?: number;
    readonly crc?: number;
    readonly size?: number;
    readonly compressedSize?: number;
    readonly extra?: Buffer;
  };
}

export interface RawArchive {
  readonly before?: Buffer;
  /** Between the last entry and the central directory. */
  readonly gap?: Buffer;
  /** Between the central directory and the end record. */
  readonly between?: Buffer;
  readonly comment?: Buffer;
  /** What the end record claims. */
  readonly count?: number;
  readonly directorySize?: number;
  readonly directoryOffset?: number;
  readonly disk?: number;
  /** Where they are others than those of the archive. */
  readonly directoryDisk?: number;
  readonly countOnDisk?: number;
  /** What the short end record claims beside ZIP64 records. */
  readonly shortCount?: number;
  /** With ZIP64 end records. */
  readonly zip64?: boolean;
}

const u16 = (value: number): Buffer => Buffer.from([value & 0xff, (value >>> 8) & 0xff]);
const u32 = (value: number): Buffer => Buffer.concat([u16(value & 0xffff), u16(value >>> 16)]);
export const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

export function extraField(id: number, data: Buffer): Buffer {
  return Buffer.concat([u16(id), u16(data.length), data]);
}

/** Field 0x7075: version 1, CRC of the name that it belongs to, the name in UTF-8. */
export function unicodePath(name: string | Buffer, unicode: Buffer): Buffer {
  return extraField(0x7075, Buffer.concat([Buffer.from([1]), u32(crc32(Buffer.from(name))), unicode]));
}

function pieces(entry: RawEntry) {
  const name = Buffer.from(entry.name);
  const data = Buffer.from(entry.data ?? "");
  const folder = name.at(-1) === 0x2f;
  const method = entry.method ?? (folder ? 0 : 8);
  const packed = entry.packed ?? (method === 8 ? deflateRawSync(data, { level: 9 }) : data);
  return {
    name,
    packed,
    method,
    flags: entry.flags ?? 0x800,
    crc: entry.crc ?? crc32(data),
    size: entry.size ?? data.length,
    compressedSize: entry.compressedSize ?? packed.length,
    mode: entry.mode ?? (folder ? 0o040755 : 0o100644),
    time: entry.time ?? (10 << 11) | (20 << 5) | 15,
    date: entry.date ?? ((2020 - 1980) << 9) | (5 << 5) | 17,
  };
}

function localRecord(entry: RawEntry): Buffer {
  if (entry.local === null) return Buffer.alloc(0);
  const told = pieces(entry);
  const local = entry.local ?? {};
  const name = Buffer.from(local.name ?? told.name);
  const extra = local.extra ?? Buffer.alloc(0);
  return Buffer.concat([
    u32(local.signature ?? 0x04034b50),
    u16(20),
    u16(local.flags ?? told.flags),
    u16(local.method ?? told.method),
    u16(told.time),
    u16(told.date),
    u32(local.crc ?? told.crc),
    u32(local.compressedSize ?? told.compressedSize),
    u32(local.size ?? told.size),
    u16(name.length),
    u16(extra.length),
    name,
    extra,
    told.packed,
    entry.descriptor ?? Buffer.alloc(0),
  ]);
}

function centralRecord(entry: RawEntry, offset: number): Buffer {
  const told = pieces(entry);
  const extra = entry.extra ?? Buffer.alloc(0);
  return Buffer.concat([
    u32(0x02014b50),
    Buffer.from([63, entry.host ?? 3]),
    u16(20),
    u16(told.flags),
    u16(told.method),
    u16(told.time),
    u16(told.date),
    u32(told.crc),
    u32(told.compressedSize),
    u32(told.size),
    u16(told.name.length),
    u16(extra.length),
    u16(0),
    u16(0),
    u16(0),
    u32((told.mode << 16) >>> 0),
    u32(entry.offset ?? offset),
    told.name,
    extra,
  ]);
}

export function rawZip(entries: readonly RawEntry[], archive: RawArchive = {}): Buffer {
  const parts: Buffer[] = [archive.before ?? Buffer.alloc(0)];
  let position = parts[0]?.length ?? 0;
  const directory: Buffer[] = [];
  for (const entry of entries) {
    directory.push(centralRecord(entry, position));
    const local = localRecord(entry);
    parts.push(local);
    position += local.length;
  }
  const gap = archive.gap ?? Buffer.alloc(0);
  const start = archive.directoryOffset ?? position + gap.length;
  const bytes = Buffer.concat(directory);
  const size = archive.directorySize ?? bytes.length;
  const count = archive.count ?? entries.length;
  const comment = archive.comment ?? Buffer.alloc(0);
  const zip64At = position + gap.length + bytes.length;
  const zip64 = [
    u32(0x06064b50),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(count),
    u64(count),
    u64(size),
    u64(start),
    u32(0x07064b50),
    u32(0),
    u64(zip64At),
    u32(1),
  ];
  const inZip64 = archive.zip64 === true;
  return Buffer.concat([
    ...parts,
    gap,
    bytes,
    ...(inZip64 ? zip64 : []),
    archive.between ?? Buffer.alloc(0),
    u32(0x06054b50),
    u16(archive.disk ?? 0),
    u16(archive.directoryDisk ?? archive.disk ?? 0),
    u16(archive.countOnDisk ?? archive.shortCount ?? (inZip64 ? 0xffff : count & 0xffff)),
    u16(archive.shortCount ?? (inZip64 ? 0xffff : count & 0xffff)),
    u32(inZip64 ? 0xffffffff : size),
    u32(inZip64 ? 0xffffffff : start),
    u16(comment.length),
    comment,
  ]);
}
