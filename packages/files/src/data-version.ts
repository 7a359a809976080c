/** The metadata key under which the root of a file, or of an XML document, has the version of its layout. */
export const DATA_VERSION_KEY = "Data_version";

/** The version that is written by default: the Python original's. */
export const DEFAULT_DATA_VERSION = 5;
