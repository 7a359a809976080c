// Every time limit of the lock between processes, in milliseconds. docs/durability.md says what they mean to callers.

/** How long a call waits for another writer by default, or for a file descriptor. */
export const DEFAULT_LOCK_TIMEOUT_MS = 10_000;
/** The longest pause between two attempts; the first ones are shorter. */
export const MAX_PAUSE_MS = 50;

/** How often a holder gives a sign of life. */
export const HEARTBEAT_MS = 10_000;
/** A silent holder of another host, of which nothing else is known, is dead after this. */
export const MAX_SILENCE_OF_HOST_MS = 60_000;
/** So is a process of this host of which the system gives only the number, which another process may have by now. */
export const MAX_SILENCE_OF_PROCESS_MS = 10 * 60_000;

/** For this long after a look at its own lock a holder does not look again. */
export const TRUSTED_MS = 1000;
/** For this long nobody can have taken it by these rules. */
export const UNTAKEN_MS = MAX_SILENCE_OF_HOST_MS / 2;

/** A lock file without a complete identity is a dead holder's when it was seen so for this long. */
export const MAX_INCOMPLETE_MS = 20;
/**
 * A creator that took longer than this to write its identity checks that no other process took its file for a dead
 * holder's. Less than MAX_INCOMPLETE_MS, so that every creator that could be taken over checks.
 */
export const SLOW_CREATION_MS = 10;
