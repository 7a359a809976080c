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
import {
  checkArgument,
  DATA_VERSION_KEY,
  DEFAULT_DATA_VERSION,
  readArgument,
} from "@tvb-storage/files/internal";
import { XMLBuilder } from "fast-xml-parser";
import { isXmlName } from "./xml-name.js";
import { escapeXml, xmlValue } from "./xml-value.js";

export interface XMLWriterOptions {
  /** Where `writeMetadataInXml` writes; default the disk. */
  fs?: FileSystem;
  /** The root's `Data_version`; default 5. */
  dataVersion?: number;
}

/** fast-xml-parser would write no space before `?>`. */
const DECLARATION = '<?xml version="1.0" ?>\n';

/** Tells the builder which key is an attribute; no element's name starts with it. */
const ATTRIBUTE = "@";

/** The layout of Python's `toprettyxml(indent="\t")`. Texts come escaped: the builder would also escape `'`. */
function builderFor(suppressEmptyNode: boolean): XMLBuilder {
  return new XMLBuilder({
    format: true,
    indentBy: "\t",
    ignoreAttributes: false,
    attributeNamePrefix: ATTRIBUTE,
    processEntities: false,
    suppressEmptyNode,
  });
}
const builder = /* @__PURE__ */ builderFor(false);
/** An empty root is `<tvb_data/>`, while an element with an empty text is `<a></a>`. */
const emptyRootBuilder = /* @__PURE__ */ builderFor(true);

const DICTIONARY = { ...optionRules.object, expected: 'a dictionary, as in { name: "x" }' };
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

  /** @throws FileStructureException `entity` is not a dictionary, or `dataVersion` not a whole number. */
  constructor(entity: XmlInput, options: XMLWriterOptions = {}) {
    checkArgument(entity, "XML metadata", DICTIONARY);
    this.#entity = entity;
    const checked = checkCallOptions(options, OPTIONS, "XMLWriter");
    this.#fs = checked.fs;
    this.#dataVersion = checked.dataVersion ?? DEFAULT_DATA_VERSION;
  }

  /**
   * The document.
   *
   * @throws FileStructureException a key that is not an XML name, or a value that cannot be written; the key is named.
   */
  toString(): string {
    const entries = readArgument("the XML metadata", () => Object.entries(this.#entity));
    const root: [string, string][] = [[ATTRIBUTE + DATA_VERSION_KEY, String(this.#dataVersion)]];
    for (const [key, value] of entries) root.push([key, elementText(key, value)]);
    const used = entries.length === 0 ? emptyRootBuilder : builder;
    return DECLARATION + used.build({ [XMLWriter.ELEM_ROOT]: Object.fromEntries(root) });
  }

  /**
   * Writes the document to a file, atomically: a reader of `finalPath` sees the
   * old content or the new. An existing file keeps its mode; a new one gets 0644.
   * The folder must exist.
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

/** The escaped text of the element of one key. Throws as `toString`. */
function elementText(key: string, value: unknown): string {
  const where = `the metadata key ${quoted(key)}`;
  if (!isXmlName(key))
    throw new FileStructureException(
      `${where} is no XML name; use letters, digits, '_', '-' and '.', with a letter or '_' first`,
    );
  return escapeXml(
    readArgument(where, () => xmlValue(value, where)),
    where,
  );
}
