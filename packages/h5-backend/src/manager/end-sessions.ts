import { atProcessEnd, type ListOpen } from "@tvb-storage/files/internal";
import { openSessions } from "../session/open-sessions.js";
import type { WriteSession } from "../session/write-session.js";
import { FileQueue } from "./file-queue.js";

/** In the file's queue, as `closeFile` does. A session that a call is using is ended by that call. */
function commitInTurn(session: WriteSession): Promise<void> {
  return new FileQueue(session.lock.fs, session.lock.path).run(async (file) => {
    if (file.state === session) await file.close();
  });
}

const listOpen: ListOpen = () =>
  [...openSessions]
    .filter((one) => one.kind === "writing")
    .map((session) => ({
      finish: async () => {
        if (session.isAcknowledged) await commitInTurn(session);
      },
      finishNow: () => session.finishNow(),
    }));

/** Ends the sessions that are open at the end of the process. To be called before one is opened. */
export function endSessionsWithProcess(): void {
  atProcessEnd(listOpen);
}
