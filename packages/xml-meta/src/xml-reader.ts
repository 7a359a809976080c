import {
  checkCallOptions,
  checkPath,
  defaultFileSystem,
  type FileSystem,
  fileException,
  optionRules,
  type XmlMetadata,
} from "@tvb-storage/files";
import { readArgument } from "@tvb-storage/files/internal";
import { readDocument } from "./document-file.js";
import { nodeText } from "./node-text.js";
import { parseXml } from "./parse-xml.js";
import { resolveLimits, type XmlLimits } from "./xml-limits.js";

export interface XMLReaderOptions {
  /** Where `readMetadataFromXml` reads; default the disk. */
  fs?: FileSystem;
  limits?: XmlLimits;
}

const OPTIONS = { fs: optionRules.fileSystem, limits: optionRules.object };
const PARSE_OPTIONS = { limits: optionRules.object };

/**
 * Reads metadata from XML as the Python original does (`XMLReader` there), but
 * more strictly: what is not well-formed, or could do harm, is refused.
 */
export class XMLReader {
  readonly #path: string;
  readonly #fs: FileSystem | undefined;
  readonly #limits: Required<XmlLimits>;

  /** @throws FileStructureException not a path, an unknown option, or a value that the option cannot have. */
  constructor(xmlPath: string, options: XMLReaderOptions = {}) {
    checkPath(xmlPath, "the path of the XML file");
    this.#path = xmlPath;
    const { fs, limits } = checkCallOptions(options, OPTIONS, "XMLReader");
    this.#fs = fs;
    this.#limits = resolveLimits(limits);
  }

  /**
   * The dictionary in a document: for each element in the root its text, or a
   * nested dictionary where it has elements itself. Of equal names the last
   * wins. Bytes are decoded by byte order mark or declaration; a declared encoding
   * of a string is ignored.
   *
   * @throws FileStructureException malformed, a DOCTYPE, an unknown encoding (with line and column), or
   *   beyond a limit (which is named).
   */
  static parse(text: string | Uint8Array, options: { limits?: XmlLimits } = {}): XmlMetadata {
    const { limits } = checkCallOptions(options, PARSE_OPTIONS, "XMLReader.parse");
    return readArgument("the XML text", () => parseXml(text, resolveLimits(limits), "the XML text"));
  }

  /**
   * The text and CDATA directly in an element, joined and trimmed: of a DOM
   * element, of the children that fast-xml-parser gives with `preserveOrder`, or
   * of a string.
   *
   * @throws FileStructureException `node` is none of these.
   */
  static getNodeText(node: unknown): string {
    return readArgument("the node of getNodeText", () => nodeText(node));
  }

  /**
   * `parse` of the file.
   *
   * @throws FileStructureException as `parse`, or the file is missing or cannot be read.
   * @throws FileStorageException the disk is broken.
   */
  async readMetadataFromXml(): Promise<XmlMetadata> {
    const fs = this.#fs ?? defaultFileSystem();
    const source = `the XML file ${this.#path}`;
    let bytes: Uint8Array;
    try {
      bytes = await readDocument(fs, this.#path, this.#limits.bytes, source);
    } catch (error) {
      throw fileException(error, `cannot read ${source}`, { fs, path: this.#path });
    }
    return parseXml(bytes, this.#limits, source);
  }
}
