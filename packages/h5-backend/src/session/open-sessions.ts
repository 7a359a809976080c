import type { ReadSession } from "./read-session.js";
import type { StreamedDataset } from "./streamed-dataset.js";
import type { WriteSession } from "./write-session.js";

/** The files that this thread has open now; each takes a descriptor, and two where it is written. */
export const openSessions: Set<ReadSession | WriteSession> = new Set();

/** The datasets that streams of this thread are in the middle of; their files may be closed between two blocks. */
export const openStreams: Set<StreamedDataset> = new Set();
