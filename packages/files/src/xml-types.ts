/** A dictionary that is to become an XML document. */
export type XmlInput = Readonly<Record<string, unknown>>;
/** A dictionary that was read from an XML document. */
export type XmlMetadata = { [key: string]: string | XmlMetadata };
