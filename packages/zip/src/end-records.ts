import { FileStructureException } from "@tvb-storage/errors";
import type { FileHandle } from "@tvb-storage/files";
import { readAll } from "@tvb-storage/files/internal";
import { readFully } from "./port-reader.js";

// End of central directory record and its ZIP64 companions, APPNOTE 4.3.14 to 4.3.16.
const END_BYTES = 22;
const END_SIGNATURE = Buffer.from("PK\x05\x06", "latin1");
const LOCATOR_BYTES = 20;
const LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_END_BYTES = 56;
const ZIP64_END_SIGNATURE = 0x06064b50;
const DIRECTORY_SIGNATURE = 0x02014b50;
/** Maximum length of a comment; so many bytes at the end are searched, as in other programs. */
const TAIL_BYTES = END_BYTES + 0xffff;
const BLOCK_BYTES = 1024 * 1024;
/** Maximum of false end records: programs and texts contain a few, hostile archives more. */
const MAX_RECORDS = 1000;
const IN_ZIP64_16 = 0xffff;
const IN_ZIP64_32 = 0xffffffff;

/** Where an archive lies in its file, as its end records say. */
export interface DirectoryExtent {
  /** Bytes before the archive; its offsets count from there. */
  readonly base: number;
  /** First byte of the central directory, in the file. */
  readonly start: number;
  /** The byte after its last entry. */
  readonly end: number;
  readonly entryCount: number;
  /** Whether the count is only known modulo 65,536: macOS writes large archives without ZIP64 records. */
  readonly countWraps: boolean;
}

interface Fields {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly countOnDisk: number;
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Finds the archive in a file: usually all of it, but there may be something
 * before it (a program that unpacks it, a shell script) and after it (a newline,
 * padding). Where several are possible none is used, since other programs
 * might use another one.
 *
 * @throws FileStructureException there is none, more than one, or its end records contradict each other.
 */
export async function findArchive(handle: FileHandle, fileSize: number): Promise<DirectoryExtent> {
  const tailStart = Math.max(0, fileSize - TAIL_BYTES);
  const inTail = await collect(recordsIn(handle, tailStart, fileSize, fileSize));
  let problem: string | undefined;
  for (const { at, record } of inTail.reverse()) {
    const finding = await judge(handle, at, record);
    if (typeof finding !== "string") {
      await checkAlone(handle, fileSize, finding);
      return finding;
    }
    // Other programs read the last one.
    problem ??= finding;
  }
  throw new FileStructureException(
    problem ?? "it is not a ZIP file, or truncated: expected an end record (PK\\5\\6) at its end, found none",
  );
}

/** End records inside an archive are its content, such as an archive that is stored in it. */
async function checkAlone(handle: FileHandle, fileSize: number, { base }: DirectoryExtent): Promise<void> {
  for (const { at, record } of await collect(recordsIn(handle, 0, base, fileSize))) {
    const finding = await judge(handle, at, record);
    if (typeof finding !== "string" && finding.entryCount > 0)
      throw new FileStructureException(
        `expected one archive in the file, found one that ends at byte ${at} and one that begins at byte ${base}`,
      );
  }
}

interface EndRecord {
  readonly at: number;
  readonly record: Buffer;
}

async function collect(records: AsyncIterable<EndRecord>): Promise<EndRecord[]> {
  const all: EndRecord[] = [];
  for await (const record of records) {
    all.push(record);
    if (all.length > MAX_RECORDS)
      throw new FileStructureException(
        `expected one archive in the file, found more than ${MAX_RECORDS} end records`,
      );
  }
  return all;
}

/** Positions between `from` and `to` that look like an end record. */
async function* recordsIn(
  handle: FileHandle,
  from: number,
  to: number,
  fileSize: number,
): AsyncGenerator<EndRecord> {
  for (let start = from; start < to; start += BLOCK_BYTES) {
    // A record may cross the end of a block.
    const bytes = Buffer.alloc(Math.min(BLOCK_BYTES + END_BYTES - 1, fileSize - start));
    await readFully(handle, bytes, start);
    const last = Math.min(BLOCK_BYTES, to - start) - 1;
    for (
      let at = bytes.indexOf(END_SIGNATURE);
      at >= 0 && at <= last;
      at = bytes.indexOf(END_SIGNATURE, at + 1)
    )
      if (at + END_BYTES <= bytes.length)
        yield { at: start + at, record: Buffer.from(bytes.subarray(at, at + END_BYTES)) };
  }
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer | undefined> {
  if (at < 0) return undefined;
  const bytes = Buffer.alloc(length);
  return (await readAll(handle, bytes, at)) === length ? bytes : undefined;
}

/** The archive that ends with a record, or why there is none. */
async function judge(handle: FileHandle, at: number, record: Buffer): Promise<DirectoryExtent | string> {
  const fields: Fields = {
    disk: record.readUInt16LE(4),
    directoryDisk: record.readUInt16LE(6),
    countOnDisk: record.readUInt16LE(8),
    count: record.readUInt16LE(10),
    size: record.readUInt32LE(12),
    offset: record.readUInt32LE(16),
  };
  const zip64 = await zip64Record(handle, at);
  if (typeof zip64 === "string") return zip64;
  const all = zip64?.fields ?? fields;
  const end = zip64?.at ?? at;
  const start = end - all.size;
  const base = start - all.offset;
  const problem =
    contradiction(all) ??
    (zip64 === undefined ? undefined : differingField(fields, all)) ??
    misplaced({ base, start, end, offset: all.offset, zip64 });
  if (problem !== undefined) return problem;
  const first = all.size === 0 ? undefined : await readAt(handle, start, 4);
  if (all.size === 0 ? all.count !== 0 : first?.readUInt32LE(0) !== DIRECTORY_SIGNATURE)
    return `expected the central directory at byte ${start}, as its end record says, found something else`;
  return { base, start, end, entryCount: all.count, countWraps: zip64 === undefined };
}

function contradiction({ disk, directoryDisk, countOnDisk, count }: Fields): string | undefined {
  if (disk !== 0 || directoryDisk !== 0)
    return `it is a part of a multi-disk archive (disk ${disk}, its directory on disk ${directoryDisk}), which is not supported: expected all of it in one file`;
  if (countOnDisk !== count)
    return `its end record contradicts itself: expected one number of entries, found ${countOnDisk} and ${count}`;
  return undefined;
}

interface Located {
  readonly base: number;
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly zip64: Zip64 | undefined;
}

function misplaced({ base, start, end, offset, zip64 }: Located): string | undefined {
  if (base < 0)
    return `it is truncated, or its end record at byte ${end} is wrong: expected its central directory at byte ${offset} or later, found it at ${start}`;
  if (zip64 === undefined || base === zip64.at - zip64.located) return undefined;
  return `its end records contradict each other: by the one at byte ${end} the archive begins at byte ${base}, by its locator at byte ${zip64.at - zip64.located}`;
}

/** A field of the short record must equal that of the long one, or refer to it. */
function differingField(short: Fields, long: Fields): string | undefined {
  for (const key of ["disk", "directoryDisk", "countOnDisk", "count", "size", "offset"] as const) {
    const inZip64 = key === "size" || key === "offset" ? IN_ZIP64_32 : IN_ZIP64_16;
    if (short[key] !== inZip64 && short[key] !== long[key])
      return `its two end records contradict each other: expected one ${key}, found ${short[key]} and ${long[key]}`;
  }
  return undefined;
}

interface Zip64 {
  readonly at: number;
  /** Where its locator says that it is. */
  readonly located: number;
  readonly fields: Fields;
}

async function zip64Record(handle: FileHandle, endAt: number): Promise<Zip64 | string | undefined> {
  const locatorAt = endAt - LOCATOR_BYTES;
  const locator = await readAt(handle, locatorAt, LOCATOR_BYTES);
  if (locator?.readUInt32LE(0) !== LOCATOR_SIGNATURE) return undefined;
  const located = Number(locator.readBigUInt64LE(8));
  // Just before its locator; where it is longer than usual, nothing may be before the archive.
  for (const at of [locatorAt - ZIP64_END_BYTES, located]) {
    const record = await readAt(handle, at, ZIP64_END_BYTES);
    if (record?.readUInt32LE(0) !== ZIP64_END_SIGNATURE) continue;
    if (at + 12 + Number(record.readBigUInt64LE(4)) !== locatorAt) continue;
    const fields = {
      disk: record.readUInt32LE(16),
      directoryDisk: record.readUInt32LE(20),
      countOnDisk: Number(record.readBigUInt64LE(24)),
      count: Number(record.readBigUInt64LE(32)),
      size: Number(record.readBigUInt64LE(40)),
      offset: Number(record.readBigUInt64LE(48)),
    };
    return { at, located, fields };
  }
  return `expected the ZIP64 end record just before its locator at byte ${locatorAt}, found none`;
}
