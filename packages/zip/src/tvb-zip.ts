import { Readable } from "node:stream";
import { FileStructureException } from "@tvb-storage/errors";
import {
  type AsyncDisposableLike,
  checkPath,
  defaultFileSystem,
  type FileSystem,
  fileException,
  type NodeWritable,
  quoted,
} from "@tvb-storage/files";
import { checkArgument, eitherRule, LongCall } from "@tvb-storage/files/internal";
import type { ArchiveEntry } from "./archive-entry.js";
import { type Archive, openArchive } from "./archive-reader.js";
import { ArchiveWriter } from "./archive-writer.js";
import { checkReadable, entryLabel, isWhole, streamedContent, wholeContent } from "./entry-content.js";
import { unpack } from "./unpack.js";
import { checkRatio, planUnpacking } from "./unpack-plan.js";
import {
  checkUnpackOptions,
  checkZipOptions,
  limitsOf,
  type UnpackOptions,
  type ZipOptions,
} from "./zip-options.js";

const MODE = eitherRule("r", "w");

/** The content of an entry: a `Readable` of Node, as a structural type, so that the declarations need no types of Node. */
export interface EntryStream {
  pipe<T extends NodeWritable>(destination: T, options?: { end?: boolean }): T;
  on(event: string, listener: (...values: never[]) => void): this;
  readonly destroyed: boolean;
  destroy(error?: Error): this;
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
}

/**
 * A ZIP archive of files and folders, open for reading (`"r"`) or being written
 * (`"w"`). Memory does not depend on the size of the files.
 *
 * An archive that is written appears under its name when it is closed, in one
 * step; until then what was there before stays. Nothing appears where a call
 * failed half-way. A call that is refused before anything was read (a missing
 * file, a bad name) leaves the archive as it was: `close` publishes the other
 * entries (or nothing where there are none). Leaving an `await using` block, or
 * `[Symbol.asyncDispose]()`, then publishes nothing.
 */
export class TvbZip implements AsyncDisposableLike {
  readonly #fs: FileSystem;
  readonly #options: ZipOptions;
  readonly #side: { readonly reading: Archive } | { readonly writing: ArchiveWriter };
  #closing: Promise<void> | undefined;
  #isClosed = false;
  /** Streams and unpackings that are still reading. */
  #users = 0;
  /** Made when the first entry is requested by name. */
  #byName: Map<string, ArchiveEntry[]> | undefined;

  private constructor(
    fs: FileSystem,
    options: ZipOptions,
    side: { readonly reading: Archive } | { readonly writing: ArchiveWriter },
  ) {
    this.#fs = fs;
    this.#options = options;
    this.#side = side;
  }

  /**
   * Opens an archive for reading, or begins a new one.
   *
   * @throws FileStructureException no such file or folder; not a ZIP archive;
   * truncated or damaged; overlapping entries; more entries than the limit.
   */
  static async open(destPath: string, mode: "r" | "w", given: ZipOptions = {}): Promise<TvbZip> {
    const options = checkZipOptions(given);
    checkPath(destPath, "the path of the archive");
    checkArgument(mode, "the mode of TvbZip.open", MODE);
    const fs = options.fs ?? defaultFileSystem();
    if (mode === "r") {
      const how = { limits: limitsOf(options), backslashes: options.backslashes ?? "refuse" };
      return new TvbZip(fs, options, { reading: await openArchive(fs, destPath, how) });
    }
    return new TvbZip(fs, options, { writing: await ArchiveWriter.open(fs, destPath, options) });
  }

  /** The names of the entries, in the order of the archive; while writing, of those that were added. */
  namelist(): string[] {
    return "writing" in this.#side
      ? this.#side.writing.namelist()
      : this.#side.reading.entries.map(({ name }) => name);
  }

  /**
   * Adds one file, by default under its own name without folders. Resolves when
   * it is in the archive.
   *
   * @throws FileStructureException no such file; a name that is taken, or that could not be unpacked.
   * @throws FileStorageException reading or writing failed, or a signal ended it.
   */
  async write(file: string, nameInZip?: string): Promise<void> {
    await this.#writer().write(file, nameInZip);
  }

  /**
   * Adds all files of a folder, at any depth, in the order of their names.
   * Files and folders whose name is in `exclude` are left out, at any depth.
   * Names start within the folder, or with the folder's own name where
   * `needParentFolder` is set. Throws as `write` does.
   */
  async writeZipFolder(
    folder: string,
    exclude: readonly string[] = [],
    needParentFolder = false,
  ): Promise<void> {
    await this.#writer().writeFolder(folder, exclude, needParentFolder);
  }

  /**
   * Adds several folders, each under its own name. Throws as `write` does.
   *
   * @throws FileStructureException two of them have the same name.
   */
  async writeZipFolders(folders: readonly string[], exclude: readonly string[] = []): Promise<void> {
    await this.#writer().writeFolders(folders, exclude);
  }

  /**
   * Unpacks the archive into a folder, which is created if missing. Returns the
   * paths of the files, each the given folder and its name in the archive.
   * What macOS adds (`__MACOSX/`, `.DS_Store`) is left out.
   *
   * Everything is unpacked and checked in a temporary folder before it is moved into
   * the target: when it rejects, the target is as it was.
   *
   * @throws FileStructureException an entry is refused or damaged, or a file is there already; the message says which.
   * @throws FileStorageException the disk failed, or a signal ended it.
   */
  async unpackZip(folderPath: string, given: UnpackOptions = {}): Promise<string[]> {
    const options = checkUnpackOptions(given);
    if (folderPath !== "") checkPath(folderPath, "the folder to unpack into");
    const archive = this.#archive();
    const call = new LongCall(`cannot unpack ${archive.path} into ${folderPath}`, this.#options, options);
    call.check();
    const plan = planUnpacking(archive, limitsOf(this.#options));
    call.total = plan.totalBytes;
    const { overwrite = false } = options;
    const { logger } = this.#options;
    const release = this.#use();
    try {
      await unpack({ fs: this.#fs, archive, plan, folderPath, overwrite, call, logger });
    } finally {
      release();
    }
    const base = folderPath === "" ? "." : folderPath.replace(/(?<=.)\/+$/, "");
    return plan.files.map(({ path }) => (base.endsWith("/") ? `${base}${path}` : `${base}/${path}`));
  }

  /**
   * The content of one entry. Problems with it are errors of the stream.
   * It can be read after the archive is closed: the file stays open until the
   * stream was read or destroyed.
   *
   * @throws FileStructureException there is no such entry, or more than one; it is encrypted; it exceeds a limit.
   */
  async open(name: string): Promise<EntryStream> {
    const archive = this.#archive();
    const found = this.#entriesCalled(archive, name);
    const [entry] = found;
    if (entry === undefined || found.length > 1)
      throw new FileStructureException(
        `expected one entry ${quoted(name)} in the archive ${archive.path}, found ${found.length}`,
      );
    const label = entryLabel(archive, entry);
    checkReadable(archive, entry);
    checkRatio(entry, label, limitsOf(this.#options).ratio);
    const call = new LongCall(`cannot read ${label}`, this.#options);
    const stream = Readable.from(content(archive, entry, call), { objectMode: false });
    stream.once("close", this.#use());
    const shape: unknown = stream;
    return shape as EntryStream; // by its shape; a Readable can only be piped to Node's own streams
  }

  /**
   * Ends reading (open streams can be read to their end), or gives the
   * written archive its name. Where a call was refused and no other entry was added, nothing appears, and an
   * existing file stays. May be called twice.
   *
   * @throws FileStructureException an earlier call failed half-way; nothing appears.
   * @throws FileStorageException the disk failed, or a signal ended it; nothing appears.
   */
  async close(): Promise<void> {
    if ("writing" in this.#side) return this.#side.writing.close();
    const { path } = this.#side.reading;
    this.#isClosed = true;
    if (this.#users > 0) return;
    await this.#closeHandle().catch((error: unknown) => {
      throw fileException(error, `cannot close the archive ${path}`);
    });
  }

  async #closeHandle(): Promise<void> {
    if ("reading" in this.#side) this.#closing ??= this.#side.reading.handle.close();
    await this.#closing;
  }

  /** The archive's file stays open until the returned function is called. */
  #use(): () => void {
    this.#users += 1;
    return () => {
      this.#users -= 1;
      if (!this.#isClosed || this.#users > 0) return;
      this.#closeHandle().catch((error: unknown) =>
        this.#options.logger?.warn(`while closing: ${String(error)}`),
      );
    };
  }

  /** Closes; an archive that is not closed yet is not published where a call was refused or failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await ("writing" in this.#side ? this.#side.writing.dispose() : this.close());
  }

  #entriesCalled(archive: Archive, name: string): readonly ArchiveEntry[] {
    if (this.#byName === undefined) {
      this.#byName = new Map();
      for (const entry of archive.entries) {
        const same = this.#byName.get(entry.name);
        if (same === undefined) this.#byName.set(entry.name, [entry]);
        else same.push(entry);
      }
    }
    return this.#byName.get(name) ?? [];
  }

  #writer(): ArchiveWriter {
    if ("writing" in this.#side) return this.#side.writing;
    throw new FileStructureException(
      `the archive ${this.#side.reading.path} is open for reading; open it with mode "w" to write`,
    );
  }

  #archive(): Archive {
    if ("writing" in this.#side)
      throw new FileStructureException(
        `the archive ${this.#side.writing.path} is being written; close it and open it with mode "r" to read`,
      );
    const { reading } = this.#side;
    if (this.#isClosed) throw new FileStructureException(`the archive ${reading.path} is closed`);
    return reading;
  }
}

async function* content(archive: Archive, entry: ArchiveEntry, call: LongCall): AsyncGenerator<Buffer> {
  call.total = entry.size;
  const blocks = isWhole(entry) ? [await wholeContent(archive, entry)] : streamedContent(archive, entry);
  for await (const block of blocks) {
    call.check();
    yield block;
    call.advance(block.length);
  }
}
