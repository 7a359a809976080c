import { FileStructureException } from "@tvb-storage/errors";
import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type FileSystem,
  fileException,
  optionRules,
  pathStats,
  quoted,
  replaceFile,
  type XmlInput,
} from "@tvb-storage/files";
import { readArgument } from "@tvb-storage/files/internal";
import { isXmlName } from "./xml-name.js";
import { escapeXml, xmlValue } from "./xml-value.js";

/** The version of the data format that the files of this library have. */
const DATA_VERSION = 5;

export interface XMLWriterOptions {
  /** Where `writeMetadataInXml` writes; default the disk. */
  fs?: FileSystem;
  /** The root's `Data_version`; default 5. */
  dataVersion?: number;
}

const OPTIONS = { fs: optionRules.fileSystem, dataVersion: optionRules.whole };

/**
 * Writes a dictionary of metadata as XML, byte for byte as the Python original
 * does (`XMLWriter` there): one element for each key, in the dictionary's order.
 */
export class XMLWriter {
  /** Name of the root element. */
  static readonly ELEM_ROOT = "tvb_data";
  static readonly FILE_EXTENSION = ".xml";

  readonly #entity: XmlInput;
  readonly #fs: FileSystem | undefined;
  readonly #dataVersion: number;

  /** @throws FileStructureException `entity` is no dictionary, or `dataVersion` no whole number. */
  constructor(entity: XmlInput, options: XMLWriterOptions = {}) {
    const isList = readArgument("the XML metadata", () => Array.isArray(entity));
    if (typeof entity !== "object" || entity === null || isList)
      throw new FileStructureException(
        `XML metadata must be a dictionary, as in { name: "x" }; found ${quoted(entity)}`,
      );
    this.#entity = entity;
    const checked = checkCallOptions(options, OPTIONS, "XMLWriter");
    this.#fs = checked.fs;
    this.#dataVersion = checked.dataVersion ?? DATA_VERSION;
  }

  /**
   * The document.
   *
   * @throws FileStructureException a key that is no XML name, or a value that cannot be written; both are named.
   */
  toString(): string {
    const root = `${XMLWriter.ELEM_ROOT} Data_version="${this.#dataVersion}"`;
    const lines = readArgument("the XML metadata", () => Object.entries(this.#entity)).map(([key, value]) => {
      if (!isXmlName(key))
        throw new FileStructureException(
          `the metadata key ${quoted(key)} is no XML name; ` +
            "use letters, digits, '_', '-' and '.', with a letter or '_' first",
        );
      const where = `the metadata key ${quoted(key)}`;
      return `\t<${key}>${escapeXml(
        readArgument(where, () => xmlValue(value, where)),
        where,
      )}</${key}>\n`;
    });
    const body = lines.length === 0 ? `<${root}/>` : `<${root}>\n${lines.join("")}</${XMLWriter.ELEM_ROOT}>`;
    return `<?xml version="1.0" ?>\n${body}\n`;
  }

  /**
   * Writes the document to a file, in one step: whoever opens `finalPath` sees
   * the old content or the new. A file that is there keeps its mode; a new one
   * gets 0644. The folder must exist.
   *
   * @throws FileStructureException as `toString`, or the file cannot be written there.
   * @throws FileStorageException the disk is full or broken.
   */
  async writeMetadataInXml(finalPath: string): Promise<void> {
    checkPath(finalPath, "the path of the XML file");
    const fs = this.#fs ?? defaultFileSystem();
    const text = this.toString();
    try {
      const old = await pathStats(fs, finalPath);
      if (old?.kind === "folder")
        throw new FileStructureException(`cannot write the XML file ${finalPath}: it is a folder`);
      await replaceFile(fs, finalPath, text, old?.kind === "file" ? { keptMode: old.mode } : {});
    } catch (error) {
      throw fileException(error, `cannot write the XML file ${finalPath}`, {
        fs,
        path: finalPath,
        creates: true,
      });
    }
  }
}
