import { FileStorageException, FileStructureException, isTVBException } from "@tvb-storage/errors";
import {
  type AsyncFileBytes,
  checkCallOptions,
  type OptionRules,
  optionRules,
  quoted,
} from "@tvb-storage/files";
import { errorMessage, Turns } from "@tvb-storage/files/internal";
import { crc32, inflateRaw } from "#zlib";
import {
  type ByteRange,
  type ListedObject,
  partOf,
  type ReadableStore,
  type StoredObject,
} from "./object-store.js";
import {
  contentOffset,
  END_64_BYTES,
  END_BYTES,
  findEnd,
  LOCAL_BYTES,
  LOCATOR_BYTES,
  parseDirectory,
  parseEnd,
  parseEnd64,
  parseLocator,
  type ZipDirectoryPlace,
  type ZipEntry,
} from "./zip-directory.js";

/** The end of an archive: its record and the longest comment. */
const TAIL_BYTES = END_BYTES + LOCATOR_BYTES + 65535;
/** The directory is in memory as a whole. */
const MAX_DIRECTORY_BYTES = 2 ** 30;
/** No chunk that is read here has more. */
const MAX_INFLATED_BYTES = 2 ** 31 - 1;
const CHECKED_AT_ONCE = 16 * 1024 * 1024;
const turns = /* @__PURE__ */ new Turns(CHECKED_AT_ONCE);
const STORED = 0;
const DEFLATED = 8;

/** An entry as it is asked for by `ZipStoreOptions`. */
export interface ZipStoreEntry {
  readonly name: string;
  /** Where its local header begins, in bytes. */
  readonly headerAt: number;
}

export interface ZipStoreOptions {
  /** Why an entry must not be read; undefined where it may. One that may not is not listed. */
  refusal?: (entry: ZipStoreEntry) => string | undefined;
}

const OPTIONS: OptionRules<ZipStoreOptions> = { refusal: optionRules.function };

/**
 * The entries of a ZIP archive by their names, which are only read: of a page's file (`blobFile`), of a server
 * (`httpFile`), of anything that gives its bytes. Archives of ZIP64 too; entries may be stored or deflated.
 */
export class ZipStore implements ReadableStore {
  /** What is in an archive without a hierarchy is something else. */
  readonly hasFolders = true;

  private constructor(
    private readonly file: AsyncFileBytes,
    readonly label: string,
    private readonly entries: ReadonlyMap<string, ZipEntry>,
    private readonly refusal: (entry: ZipStoreEntry) => string | undefined,
  ) {}

  /**
   * @param label What messages call it.
   * @throws FileStructureException no ZIP archive, or a damaged one; or an unknown option.
   */
  static async open(
    file: AsyncFileBytes,
    label = "the archive",
    given: ZipStoreOptions = {},
  ): Promise<ZipStore> {
    const { refusal = () => undefined } = checkCallOptions(given, OPTIONS, "ZipStore.open");
    try {
      const place = await placeOf(file);
      if (place.bytes > MAX_DIRECTORY_BYTES) throw new RangeError(`its directory has ${place.bytes} bytes`);
      const directory = await readBytes(file, place.at, place.bytes);
      const entries = parseDirectory(directory, place.entries);
      const files = entries.filter(({ name }) => !name.endsWith("/"));
      // Where a name is there twice, the last one counts: zipfile appends an entry that is written again.
      return new ZipStore(file, label, new Map(files.map((entry) => [entry.name, entry])), refusal);
    } catch (error) {
      if (isTVBException(error)) throw error;
      throw new FileStructureException(
        `${label} is no ZIP archive that can be read: ${errorMessage(error)}`,
        {
          cause: error,
        },
      );
    }
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const entry = this.entries.get(key);
    return entry && { bytes: await this.#content(entry) };
  }

  async getRange(key: string, range: ByteRange): Promise<Uint8Array | undefined> {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.method !== STORED) return partOf(await this.#content(entry), range);
    const offset =
      "suffix" in range ? Math.max(0, entry.bytes - range.suffix) : Math.min(range.offset, entry.bytes);
    const length = Math.min("suffix" in range ? range.suffix : range.length, entry.bytes - offset);
    return this.#reading(entry, async (start) => readBytes(this.file, start + offset, length));
  }

  async list(prefix: string): Promise<ListedObject[]> {
    return [...this.entries]
      .filter(([key, entry]) => key.startsWith(prefix) && this.refusal(entry) === undefined)
      .map(([key, { bytes }]) => ({ key, size: bytes }));
  }

  #content(entry: ZipEntry): Promise<Uint8Array> {
    const { method, storedBytes, bytes, crc } = entry;
    return this.#reading(entry, async (start) => {
      if (bytes > MAX_INFLATED_BYTES && method !== STORED)
        throw new RangeError(`its ${bytes} bytes are more than can be read at once`);
      const stored = await readBytes(this.file, start, storedBytes);
      const content = method === STORED ? stored : await inflateRaw(stored, bytes);
      if (content.length !== bytes) throw new RangeError(`it has ${content.length} bytes, not ${bytes}`);
      const found = await checksum(content);
      if (found !== crc)
        throw new RangeError(`it is damaged: its CRC is ${found.toString(16)}, not ${crc.toString(16)}`);
      return content;
    });
  }

  async #reading(entry: ZipEntry, work: (start: number) => Promise<Uint8Array>): Promise<Uint8Array> {
    const { name, nameBytes, method, isEncrypted, headerAt, bytes, storedBytes } = entry;
    try {
      const refused = this.refusal(entry);
      if (refused !== undefined) throw new RangeError(refused);
      if (isEncrypted) throw new RangeError("it is encrypted");
      if (method !== STORED && method !== DEFLATED)
        throw new RangeError(`its method ${method} is not known here`);
      if (method === STORED && storedBytes !== bytes)
        throw new RangeError(`it has ${storedBytes} bytes, not ${bytes}`);
      const header = await readBytes(this.file, headerAt, LOCAL_BYTES + nameBytes);
      return await work(headerAt + contentOffset(header, entry));
    } catch (cause) {
      if (isTVBException(cause)) throw cause;
      throw new FileStorageException(
        `the entry ${quoted(name)} of ${this.label} cannot be read: ${errorMessage(cause)}`,
        { cause },
      );
    }
  }
}

/** The CRC-32. Others have their turn meanwhile. */
async function checksum(content: Uint8Array): Promise<number> {
  let crc = 0;
  for (let at = 0; at < content.length; at += CHECKED_AT_ONCE) {
    const piece = content.subarray(at, at + CHECKED_AT_ONCE);
    crc = crc32(piece, crc);
    await turns.spend(piece.length);
  }
  return crc;
}

async function placeOf(file: AsyncFileBytes): Promise<ZipDirectoryPlace> {
  const start = Math.max(0, file.size - TAIL_BYTES);
  const tail = await readBytes(file, start, file.size - start);
  const end = findEnd(tail);
  if (end < 0) throw new RangeError("it has no end record");
  const locator = end >= LOCATOR_BYTES ? parseLocator(tail.subarray(end - LOCATOR_BYTES, end)) : undefined;
  if (locator === undefined) return parseEnd(tail.subarray(end));
  return parseEnd64(await readBytes(file, locator, END_64_BYTES));
}

async function readBytes(file: AsyncFileBytes, position: number, length: number): Promise<Uint8Array> {
  if (position + length > file.size)
    throw new RangeError(`it ends at ${file.size}, before ${length} bytes at ${position}`);
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const count = await file.read(bytes.subarray(done), position + done);
    if (count === 0) throw new RangeError(`it ends at ${position + done}`);
    done += count;
  }
  return bytes;
}
