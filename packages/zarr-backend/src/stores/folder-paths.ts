import { FileStorageException } from "@tvb-storage/errors";
import { type FileSystem, systemErrorCode } from "@tvb-storage/files";

/** The paths of keys in a folder. */
export class FolderPaths {
  readonly #withoutLinks = new Set<string>();

  constructor(
    private readonly fs: FileSystem,
    private readonly folder: string,
  ) {}

  /**
   * The path of a file or folder that may be there.
   *
   * @throws FileStorageException a link leads there: a hierarchy from elsewhere must not show what is outside of it.
   */
  of(key: string): string {
    const path = this.toReplace(key);
    this.#refuseLink(path);
    return path;
  }

  /** As `of`, of a file that is replaced or removed: a link in its place is, too. */
  toReplace(key: string): string {
    const path = `${this.folder}/${key}`;
    if (this.fs.lstatSync === undefined) return path;
    // The folder itself may be one: that is how its user calls it.
    const end = path.lastIndexOf("/");
    for (
      let at = path.indexOf("/", this.folder.length + 1);
      at > 0 && at <= end;
      at = path.indexOf("/", at + 1)
    ) {
      const folder = path.slice(0, at);
      if (this.#withoutLinks.has(folder)) continue;
      // In what is not there is nothing.
      if (!this.#refuseLink(folder)) break;
      this.#withoutLinks.add(folder);
    }
    return path;
  }

  /** Whether something is there. @throws FileStorageException neither a file nor a folder. */
  #refuseLink(path: string): boolean {
    let stats: ReturnType<NonNullable<FileSystem["lstatSync"]>> | undefined;
    try {
      stats = this.fs.lstatSync?.(path);
    } catch (error) {
      // What else is wrong, the call that follows says.
      return !isMissing(error);
    }
    if (stats?.isSymbolicLink() === true)
      throw new FileStorageException(
        `${path} is a symbolic link, and links in a hierarchy are not followed; put the file itself there`,
      );
    // To open a named pipe would wait for who writes it.
    if (stats?.isFile?.() === false && stats.isDirectory?.() === false)
      throw new FileStorageException(`${path} is neither a file nor a folder; put the file itself there`);
    return true;
  }
}

/** No file has the path, though a folder may have it. */
export function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR";
}
