/** The files that this thread has open now; each takes a descriptor, and two where it is written. */
export const openSessions: Set<object> = new Set();
