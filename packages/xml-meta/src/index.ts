export type { XmlLimits } from "./xml-limits.js";
export { XMLReader, type XMLReaderOptions } from "./xml-reader.js";
export { XMLWriter, type XMLWriterOptions } from "./xml-writer.js";
