import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import { systemErrorCode } from "@tvb-storage/files";
import { DEFAULT_LOCK_TIMEOUT_MS } from "@tvb-storage/files/internal";
import { NOT_NOW, type NotNow } from "../session/not-now.js";
import { openSessions } from "../session/open-sessions.js";
import { callTurns } from "./call-turns.js";

const PAUSE_MS = 20;

/**
 * Opens a file within a turn of `callTurns`, also where the process or the system cannot open another one just now:
 * waits until some are closed.
 *
 * @throws FileStorageException too many stay open; the message says how many of them are ours.
 */
export async function waitForDescriptors<T>(
  open: () => T | Promise<T>,
  timeoutMs: number = DEFAULT_LOCK_TIMEOUT_MS,
): Promise<T> {
  const started = performance.now();
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      if (performance.now() - started >= timeoutMs) throw withCount(error);
    }
    await callTurns.whileWaiting(() => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)));
  }
}

/** The result of `open`; `NOT_NOW` where the process or the system cannot open another file just now. */
export function ifDescriptorsFree<T>(open: () => T): T | NotNow {
  try {
    return open();
  } catch (error) {
    if (isOutOfDescriptors(error)) return NOT_NOW;
    throw error;
  }
}

function isOutOfDescriptors(error: unknown): boolean {
  if (!isTVBException(error, "FILE_STORAGE")) return false;
  const code = systemErrorCode(error.cause);
  return code === "EMFILE" || code === "ENFILE";
}

function withCount(error: unknown): FileStorageException {
  const message = isTVBException(error) ? error.message : String(error);
  return new FileStorageException(
    `${message}; ${openSessions.size} files are open here, those that calls with closeFile: false keep open among ` +
      "them: close some (closeFile()), or allow the process more (ulimit -n)",
    { cause: error },
  );
}
