import { FileStorageException } from "@tvb-storage/errors";

/** A file is marked as open for writing: it is opened where the user says so. */
export class MarkedFile extends FileStorageException {}
