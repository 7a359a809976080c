import { PassThrough, Readable } from "node:stream";
import { FileStorageException } from "@tvb-storage/errors";
import type { FileHandle } from "@tvb-storage/files";
import { ownProperties, writeAll } from "@tvb-storage/files/internal";
import { type EndOptions, ZipFile } from "yazl";

export interface EntryOptions {
  readonly mtime: Date;
  /** With the bits of the file's type. */
  readonly mode: number;
  readonly compressionLevel: number;
  /** Without the time zone's independent time stamp. */
  readonly forceDosTimestamp: boolean;
  /** Goes into the central directory. */
  readonly extraField?: Buffer;
}

/** Fields of yazl's entries that are not in its types. */
interface YazlEntry {
  readonly state: number;
  doFileDataPump?: unknown;
  getCentralDirectoryRecord(): Buffer;
}

/** yazl's state of an entry whose bytes all went to the output. */
const FILE_DATA_DONE = 3;

/** While more bytes than this wait for the disk, compressed entries do not count as written. */
const UNWRITTEN_BYTES = 4 * 1024 * 1024;

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * yazl with bounded memory and time. By itself it keeps the buffers of every
 * entry until the end, searches all entries at each step, and does not report
 * when one is done. So finished entries are removed from its list, without
 * their buffers, and added again for the central directory.
 *
 * This uses yazl's internal `entries`, so its version is pinned. It also reads
 * inherited options, so it gets objects without a prototype.
 */
export class ZipStream {
  readonly #zip = new ZipFile();
  readonly #output: PassThrough;
  readonly #written: YazlEntry[] = [];
  /** In the order of yazl's entries. */
  readonly #waiting: Waiting[] = [];
  readonly #sources = new Set<Readable>();
  #failure: { readonly error: unknown } | undefined;

  constructor() {
    const { outputStream } = this.#zip;
    if (!(outputStream instanceof PassThrough)) throw new TypeError("yazl has another output stream");
    this.#output = outputStream;
    // `fail` rejects those that are waiting.
    outputStream.on("error", () => undefined);
    this.#zip.on("error", (error: unknown) => this.fail(error));
  }

  get #internals(): { entries: YazlEntry[] } {
    return this.#zip as unknown as { entries: YazlEntry[] }; // as yazl 3.3 is, see above
  }

  /** Compresses `data` while earlier entries are still being written. Resolves when the entry is written. */
  addBuffer(data: Buffer, name: string, options: EntryOptions): Promise<void> {
    return this.#add(options, () => this.#zip.addBuffer(data, name, ownProperties(options)));
  }

  /** Opens `content` when the earlier entries are written. Resolves when the entry is written. */
  async addStream(
    content: () => AsyncIterable<Buffer>,
    size: number,
    name: string,
    options: EntryOptions,
  ): Promise<void> {
    let source: Readable | undefined;
    try {
      await this.#add(options, () =>
        this.#zip.addReadStreamLazy(name, ownProperties({ ...options, size }), (use) => {
          source = Readable.from(content(), { objectMode: false });
          this.#sources.add(source);
          source.on("error", (error) => this.fail(error));
          use(null, source);
        }),
      );
    } finally {
      if (source !== undefined) {
        this.#sources.delete(source);
        await closed(source);
      }
    }
  }

  /** Writes the archive to `handle` until `end` was called and all is written. */
  async writeTo(handle: FileHandle): Promise<void> {
    let position = 0;
    try {
      for await (const chunk of this.#output) {
        await writeAll(handle, chunk, position);
        position += chunk.length;
        this.#finishEntry();
      }
    } catch (error) {
      this.fail(error);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Writes the central directory; every entry must be written. */
  end(): void {
    this.#finishEntry();
    this.#internals.entries = [...this.#written, ...this.#internals.entries];
    this.#zip.end(ownProperties<Partial<EndOptions>>({}) as EndOptions); // none of them is needed
  }

  /** Ends everything: waiting and later calls reject with `error`. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    for (const source of this.#sources) source.destroy();
    this.#output.destroy(error instanceof Error ? error : new FileStorageException(String(error)));
  }

  #add({ extraField }: EntryOptions, add: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure.error);
      add();
      const entry = this.#internals.entries.at(-1);
      if (extraField !== undefined && entry !== undefined) addExtraField(entry, extraField);
      this.#waiting.push({ resolve, reject });
    });
  }

  #finishEntry(): void {
    if (this.#output.readableLength + this.#output.writableLength > UNWRITTEN_BYTES) return;
    const { entries } = this.#internals;
    const open = entries.findIndex((entry) => entry.state < FILE_DATA_DONE);
    for (const entry of entries.splice(0, open === -1 ? entries.length : open)) {
      // It references the entry's buffers.
      entry.doFileDataPump = undefined;
      this.#written.push(entry);
      this.#waiting.shift()?.resolve();
    }
  }
}

/** yazl writes no extra fields but its own. */
function addExtraField(entry: YazlEntry, field: Buffer): void {
  const record = entry.getCentralDirectoryRecord.bind(entry);
  entry.getCentralDirectoryRecord = () => {
    const bytes = Buffer.concat([record(), field]);
    const [nameLength, extraLength] = [bytes.readUInt16LE(28), bytes.readUInt16LE(30)];
    const commentLength = bytes.readUInt16LE(32);
    bytes.writeUInt16LE(extraLength + field.length, 30);
    // A comment would follow it; entries have none here.
    const expected = 46 + nameLength + extraLength + commentLength + field.length;
    if (commentLength !== 0 || bytes.length !== expected)
      throw new FileStorageException("yazl has another central directory record");
    return bytes;
  };
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) return resolve();
    stream.once("close", () => resolve());
    stream.destroy();
  });
}
