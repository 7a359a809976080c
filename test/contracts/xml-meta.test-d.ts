import type { FileSystem, XmlInput, XmlMetadata } from "@tvb-storage/core";
import type * as xml from "@tvb-storage/xml-meta";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/xml-meta.

interface Limits {
  bytes?: number;
  depth?: number;
}

interface Values {
  XMLWriter: {
    readonly ELEM_ROOT: "tvb_data";
    readonly FILE_EXTENSION: ".xml";
    new (
      entity: XmlInput,
      options?: { fs?: FileSystem; dataVersion?: number },
    ): { toString: () => string; writeMetadataInXml: (finalPath: string) => Promise<void> };
  };
  XMLReader: {
    parse: (text: string | Uint8Array, options?: { limits?: Limits }) => XmlMetadata;
    getNodeText: (node: unknown) => string;
    new (
      xmlPath: string,
      options?: { fs?: FileSystem; limits?: Limits },
    ): { readMetadataFromXml: () => Promise<XmlMetadata> };
  };
}

export type ValuesAreThere = FitsIn<Values, typeof xml>;
