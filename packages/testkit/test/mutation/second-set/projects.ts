import type { Variant } from "../variant.js";

const HELPER = "fs-helper/src/files-helper.ts";
const MOVE = "fs-helper/src/move-path.ts";
const NAMES = "fs-helper/src/safe-name.ts";
const REMOVE = "fs-helper/src/remove-paths.ts";

/** Mistakes of a `FilesHelper` with names, folders, metadata, moves and removals. */
export const projectsSet: readonly Variant[] = [
  {
    wrong: "makes folders of mode 0755",
    file: "fs-helper/src/create-folder.ts",
    from: "const FOLDER_MODE = 0o744;",
    to: "const FOLDER_MODE = 0o755;",
    uses: /mode|744|checkCreated/,
  },
  {
    wrong: "takes a device of Windows with an extension for a name",
    file: "files/src/windows-name.ts",
    from: "(?: *\\..*)?$/is;",
    to: "$/is;",
    uses: /name|nul|con|aux|prn|com|lpt/i,
  },
  {
    wrong: "counts the 255 bytes of a name in characters",
    file: NAMES,
    from: "new TextEncoder().encode(name).length",
    to: "name.length",
    uses: /name|byte|255/,
  },
  {
    wrong: "takes names whose letters are not composed",
    file: NAMES,
    from: 'if (name.normalize("NFC") !== name)',
    to: 'if (name.normalize("NFC").length > name.length)',
    uses: /name|compos/,
  },
  {
    wrong: "returns relative paths for a relative storage root",
    file: HELPER,
    from: "new ProjectPaths(this.#fs, root, FilesHelper",
    to: "new ProjectPaths(this.#fs, given.storageRoot, FilesHelper",
    uses: /storageRoot|absolute|getProject/,
  },
  {
    wrong: "makes the folder that writeProjectMetadataFromDict does not find",
    file: HELPER,
    from: "await new XMLWriter(metadata, { fs: this.#fs })",
    to: "await this.checkCreated(parentOf(path));\n    await new XMLWriter(metadata, { fs: this.#fs })",
    uses: /writeProjectMetadataFromDict/,
  },
  {
    wrong: "reads the metadata of a project once",
    file: HELPER,
    from: `    return new XMLReader(path, { fs: this.#fs }).readMetadataFromXml();
  }`,
    to: `    const known = this.#read.get(path) ?? new XMLReader(path, { fs: this.#fs }).readMetadataFromXml();
    this.#read.set(path, known);
    return known;
  }

  readonly #read = new Map<string, Promise<XmlMetadata>>();`,
    uses: /readProjectMetadata/,
  },
  {
    wrong: "names the metadata of a figure by the part before the last dot",
    file: "fs-helper/src/figure-files.ts",
    from: 'const [stem = ""] = image.split(".");',
    to: 'const stem = image.slice(0, Math.max(0, image.lastIndexOf(".")));',
    uses: /[Ff]igure|Image|fig/,
  },
  {
    wrong: "keeps the metadata of a figure whose image cannot be removed",
    file: HELPER,
    from: "files.image}`, `",
    to: "files.image}`]);\n    await this.removeFiles([`",
    uses: /removeFigure|[Ff]igure/,
  },
  {
    wrong: "ends removeFiles at the first file that cannot be removed",
    file: REMOVE,
    from: "if (failed.length === 0) options",
    to: "if (failed.length > 0) break;\n    options",
    uses: /removeFiles/,
  },
  {
    wrong: "reports a failing disk as a bad layout where another file failed too",
    file: REMOVE,
    from: "reasons.some((error)",
    to: "reasons.every((error)",
    uses: /removeFiles|FileStorageException|disk/,
  },
  {
    wrong: "refuses to remove a link that leads out of the storage root",
    file: HELPER,
    from: "for (const path of paths) this.#paths.checkInside(parentOf(path));",
    to: "for (const path of paths) this.#paths.checkInside(path);",
    uses: /removeFiles|link/,
  },
  {
    wrong: "removes a link to a folder with removeFolder",
    file: REMOVE,
    from: "const found = await pathStats(fs, path);",
    to: "const found = await pathStats(fs, path, { followLinks: true });",
    uses: /removeFolder|link/,
  },
  {
    wrong: "removes a file with removeFolder where errors are ignored",
    file: HELPER,
    from: "if (problem === undefined) return this.removeFiles([folder], ignoreErrors);",
    to: "if (problem === undefined || ignoreErrors) return this.removeFiles([folder], ignoreErrors);",
    uses: /removeFolder|ignoreErrors/,
  },
  {
    wrong: "accepts a missing operation in removeOperationData",
    file: HELPER,
    from: "await this.removeFolder(folder);",
    to: "await this.removeFiles([folder]);",
    uses: /removeOperationData/,
  },
  {
    wrong: "logs nothing of a folder that removeFolder could not remove",
    file: HELPER,
    from: "this.#logger?.warn(problem.message);",
    to: "return;",
    uses: /logger|warn|ignoreErrors|removeFolder/,
    survives: "the kit gives a layout no logger",
  },
  {
    wrong: "moves a folder over an empty one",
    file: MOVE,
    from: "const found = await pathStats(fs, await at(target));\n  if (found === undefined) return;",
    to: 'const found = await pathStats(fs, await at(target));\n  if (found?.kind !== "file") return;',
    uses: /moveDatatype|renameProjectStructure|taken|exists/,
  },
  {
    wrong: "makes the folder of an operation for a move that it refuses",
    file: HELPER,
    from: `      await checkMovable(this.#fs, source, target);
      await this.checkCreated(parentOf(target));`,
    to: `      await this.checkCreated(parentOf(target));
      await checkMovable(this.#fs, source, target);`,
    uses: /moveDatatype/,
  },
  {
    wrong: "does not write the rows that are buffered for the target of a move",
    file: HELPER,
    from: "await withFilesReleased(this.#fs, [source, target], async () => {",
    to: "await withFilesReleased(this.#fs, [source], async () => {",
    uses: /moveDatatype|buffer|open/,
  },
  {
    wrong: "renames a project whose files are open",
    file: "fs-helper/src/rename-project.ts",
    from: "await withFilesReleased(fs, [oldPath, newPath], async () => {",
    to: "await withFilesReleased(fs, [newPath], async () => {",
    uses: /renameProjectStructure|buffer|open/,
  },
  {
    wrong: "asks isSyncing about the name of the project instead of its folder",
    file: HELPER,
    from: "if (this.#isSyncing(oldPath))",
    to: "if (this.#isSyncing(projectName))",
    uses: /isSyncing|sync|renameProjectStructure/i,
  },
  {
    wrong: "refuses a storage root that is a link",
    file: "fs-helper/src/safe-path.ts",
    from: "if (isWithin(resolvePath(fs, storageRoot), real)) return;",
    to: "if (isWithin(storageRoot, real)) return;",
    uses: /link|root/,
  },
  {
    wrong: "follows a metadata file that is a link out of the storage root",
    file: "fs-helper/src/project-paths.ts",
    from: "this.checkInside(path);\n    return path;",
    to: "this.checkInside(folder);\n    return path;",
    uses: /link|[mM]etadata/,
  },
  {
    wrong: "takes a folder whose path begins with that of the storage root for a part of it",
    file: "files/src/file-path.ts",
    from: 'return path === folder || path.startsWith(joinPath(folder, ""));',
    to: "return path.startsWith(folder);",
    uses: /link|root|moveDatatype/,
  },
  {
    wrong: "loses the modes of folders that it moves to another device",
    file: "files/src/copy-tree.ts",
    from: "await fs.promises.chmod(location, stats.mode);",
    to: "await fs.promises.chmod(location, 0o700);",
    uses: /moveDatatype|device|EXDEV|mode/,
  },
  {
    wrong: "removes the source before the copy on another device has its name",
    file: MOVE,
    from: "await refuseExisting(fs, target, what);\n    await fs.promises.rename(await at(copy), await at(target));",
    to: "await refuseExisting(fs, target, what);\n    await removeSource(fs, source);\n    await fs.promises.rename(await at(copy), await at(target));",
    uses: /moveDatatype|device|EXDEV/,
  },
];
