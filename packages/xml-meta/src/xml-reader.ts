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
 * Reads metadata from XML as the Python original does (`XMLReader` there), and
 * more strictly: what is not well-formed, or could harm, is refused.
 */
export class XMLReader {
  readonly #path: string;
  readonly #options: XMLReaderOptions;

  /** @throws FileStructureException no path, or an option that is unknown or cannot have its value. */
  constructor(xmlPath: string, options: XMLReaderOptions = {}) {
    checkPath(xmlPath, "the path of the XML file");
    this.#path = xmlPath;
    this.#options = checkCallOptions(options, OPTIONS, "XMLReader");
    resolveLimits(this.#options.limits);
  }

  /**
   * The dictionary in a document: for each element in the root its text, or a
   * nested dictionary where it has elements itself. Of equal names the last
   * wins. Bytes are decoded by byte order mark or declaration; text is read as it is.
   *
   * @throws FileStructureException malformed, a DOCTYPE, an unknown encoding (with line and column), or
   *   beyond a limit (which is named).
   */
  static parse(text: string | Uint8Array, options: { limits?: XmlLimits } = {}): XmlMetadata {
    const { limits } = checkCallOptions(options, PARSE_OPTIONS, "XMLReader.parse");
    return readArgument("the XML text", () => parseXml(text, limits, "the XML text"));
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
    const fs = this.#options.fs ?? defaultFileSystem();
    const source = `the XML file ${this.#path}`;
    const limit = resolveLimits(this.#options.limits).bytes;
    let bytes: Uint8Array;
    try {
      bytes = await readDocument(fs, this.#path, limit, source);
    } catch (error) {
      throw fileException(error, `cannot read ${source}`, { fs, path: this.#path });
    }
    return parseXml(bytes, this.#options.limits, source);
  }
}
