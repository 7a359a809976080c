import { FileStructureException } from "@tvb-storage/errors";
import {
  checkPath,
  type FileSystem,
  fileException,
  type OptionRule,
  optionRule,
  optionRules,
  pathStats,
  quoted,
  replaceFileWith,
  withFilesReleased,
} from "@tvb-storage/files";
import {
  baseName,
  checkArgument,
  foldCase,
  isTemporaryName,
  joinPath,
  LongCall,
  parentOf,
  realPath,
} from "@tvb-storage/files/internal";
import { entryPath } from "./entry-name.js";
import { listFile, listFolder, type SourceFile } from "./folder-listing.js";
import { NameTable } from "./name-table.js";
import { packFiles } from "./pack-files.js";
import type { ZipOptions } from "./zip-options.js";
import { ZipStream } from "./zip-stream.js";

const FOLDERS: OptionRule = {
  ...optionRules.list,
  expected: "a list of paths",
  nameOf: (found) => `${quoted(found)}; for one folder use writeZipFolder`,
};
const NAMES = optionRule(
  "a list of names",
  (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
);

/** An archive that is written to a temporary file, which gets the archive's name at the close. */
export class ArchiveWriter {
  readonly path: string;
  readonly #fs: FileSystem;
  readonly #options: ZipOptions;
  readonly #stream = new ZipStream();
  readonly #names = new NameTable();
  readonly #namelist: string[] = [];
  readonly #call: LongCall;
  /** Real path of the archive. */
  #target = "";
  /** Settles when the file has its name, or was removed. */
  #published: Promise<void> = Promise.resolve();
  /** Calls are served in their order. */
  #tail: Promise<unknown> = Promise.resolve();
  #refused = false;
  #broken: { readonly error: unknown } | undefined;
  #closing: Promise<void> | undefined;

  private constructor(fs: FileSystem, path: string, options: ZipOptions) {
    this.#fs = fs;
    this.path = path;
    this.#options = options;
    this.#call = new LongCall(`cannot write the archive ${path}`, options);
  }

  /** @throws FileStructureException there is no such folder, or a folder has the archive's name. */
  static async open(fs: FileSystem, destPath: string, options: ZipOptions): Promise<ArchiveWriter> {
    const writer = new ArchiveWriter(fs, checkPath(destPath, "the path of the archive"), options);
    try {
      await writer.#start();
    } catch (error) {
      throw fileException(error, `cannot create the archive ${writer.path}`, {
        fs,
        path: writer.path,
        creates: true,
      });
    }
    return writer;
  }

  async #start(): Promise<void> {
    this.#call.check();
    const there = await pathStats(this.#fs, this.path, { followLinks: true });
    if (there !== undefined && there.kind !== "file")
      throw new FileStructureException(
        `cannot create the archive ${this.path}: a ${there.kind} is there already`,
      );
    const folder = await realPath(this.#fs, parentOf(this.path));
    this.#target = joinPath(folder, baseName(this.path));
    await new Promise<void>((resolve, reject) => {
      this.#published = replaceFileWith(this.#fs, this.#target, async (handle) => {
        resolve();
        await this.#stream.writeTo(handle);
      });
      this.#published.catch(reject);
    });
  }

  namelist(): string[] {
    return [...this.#namelist];
  }

  async write(file: string, nameInZip?: string): Promise<void> {
    const path = checkPath(file, "the file to archive");
    if (nameInZip !== undefined)
      checkArgument(nameInZip, `the name of ${path} in the archive`, optionRules.text);
    return this.#add([path], async () => {
      const source = await listFile(this.#fs, path, nameInZip ?? baseName(path));
      if (this.#isArchive(await realPath(this.#fs, path)))
        throw new FileStructureException(`cannot write the archive ${this.path} into itself`);
      return [source];
    });
  }

  async writeFolder(folder: string, exclude: readonly string[], needParentFolder: boolean): Promise<void> {
    const path = checkPath(folder, "the folder to archive");
    const prefix = needParentFolder ? `${baseName(path)}/` : "";
    return this.#add([path], () => this.#list(path, exclude, prefix));
  }

  async writeFolders(folders: readonly string[], exclude: readonly string[]): Promise<void> {
    checkArgument(folders, "the folders to archive", FOLDERS);
    const paths = Array.from(folders, (folder) => checkPath(folder, "a folder to archive"));
    return this.#add(paths, async () => {
      const byName = new Map<string, string>();
      for (const path of paths) {
        const other = byName.get(foldCase(baseName(path)));
        if (other !== undefined)
          throw new FileStructureException(
            `cannot write the archive ${this.path}: the folders ${other} and ${path} would have the same name in it`,
          );
        byName.set(foldCase(baseName(path)), path);
      }
      const files: SourceFile[] = [];
      for (const path of paths) {
        for (const file of await this.#list(path, exclude, `${baseName(path)}/`)) files.push(file);
      }
      return files;
    });
  }

  async #list(path: string, exclude: readonly string[], prefix: string): Promise<SourceFile[]> {
    checkArgument(exclude, `\`exclude\` of the archive ${this.path}`, NAMES);
    return listFolder(this.#fs, path, {
      exclude: new Set(exclude),
      prefix,
      sorted: this.#options.deterministic ?? false,
      isArchive: (realPath) => this.#isArchive(realPath),
    });
  }

  /** Whether a file is this archive or its temporary file. */
  #isArchive(realPath: string): boolean {
    if (realPath === this.#target) return true;
    const isSibling = parentOf(realPath) === parentOf(this.#target);
    return isSibling && isTemporaryName(baseName(realPath), baseName(this.#target));
  }

  async #add(paths: readonly string[], list: () => Promise<SourceFile[]>): Promise<void> {
    if (this.#closing !== undefined) throw new FileStructureException(`the archive ${this.path} is closed`);
    const call = this.#tail.then(async () => {
      if (this.#broken !== undefined) throw this.#brokenException(this.#broken.error);
      // Files that this process has open there are flushed first, and stay closed while they are read.
      try {
        await withFilesReleased(this.#fs, paths, async () => {
          this.#call.check();
          const files = await list();
          this.#takeNames(files);
          await this.#pack(files);
        });
      } catch (error) {
        this.#refused = true;
        throw fileException(error, `cannot write the archive ${this.path}`);
      }
    });
    this.#tail = call.catch(() => undefined);
    await call;
  }

  #takeNames(files: readonly SourceFile[]): void {
    let taken = 0;
    try {
      for (const { name, path } of files) {
        const what = `the entry ${quoted(name)} (${path}) of the archive ${this.path}`;
        const parts = entryPath(name, what, false);
        if (parts.length === 0 || parts.join("/") !== name)
          throw new FileStructureException(`${what} is refused: expected a file's path without empty parts`);
        this.#names.add(parts, "file", what);
        taken += 1;
      }
    } catch (error) {
      for (const { name } of files.slice(0, taken)) this.#names.remove(name.split("/"));
      throw error;
    }
  }

  async #pack(files: SourceFile[]): Promise<void> {
    const names = files.map(({ name }) => name);
    try {
      await packFiles(files, {
        fs: this.#fs,
        stream: this.#stream,
        call: this.#call,
        options: this.#options,
      });
    } catch (error) {
      // Only a part of the entries is in the archive, so it must not be published.
      this.#broken = { error };
      await this.#published.catch(() => undefined);
      throw error;
    }
    for (const name of names) this.#namelist.push(name);
  }

  #brokenException(error: unknown): FileStructureException {
    return new FileStructureException(
      `the archive ${this.path} is not written, because an earlier call failed: ${
        error instanceof Error ? error.message : String(error)
      }`,
      { cause: error },
    );
  }

  /**
   * Waits for earlier calls, and gives the archive its name. Where one
   * was refused and nothing else was added, nothing appears: an empty archive is
   * not what the caller wanted, and would replace a good one.
   */
  close(): Promise<void> {
    this.#closing ??= this.#tail.then(async () => {
      if (this.#broken !== undefined) throw this.#brokenException(this.#broken.error);
      try {
        this.#call.check();
        if (this.#refused && this.#namelist.length === 0) return this.#giveUp();
        this.#stream.end();
      } catch (error) {
        this.#stream.fail(error);
      }
      try {
        await this.#published;
      } catch (error) {
        throw fileException(error, `cannot write the archive ${this.path}`);
      }
    });
    return this.#closing;
  }

  /** Closes; where a call was refused or failed, nothing appears, since the caller gets that call's error already. */
  async dispose(): Promise<void> {
    // The caller of `close` has got the result.
    if (this.#closing !== undefined) return this.#closing.catch(() => undefined);
    await this.#tail;
    if (!this.#refused) return this.close();
    this.#closing = this.#giveUp();
    await this.#closing;
  }

  async #giveUp(): Promise<void> {
    this.#stream.fail(new FileStructureException(`the archive ${this.path} is given up`));
    await this.#published.catch(() => undefined);
  }
}
