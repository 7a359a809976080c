import { withFile } from "@tvb-storage/files";
import { atProcessEnd, type ListOpen } from "@tvb-storage/files/internal";
import { openSessions } from "./open-sessions.js";
import { WriteSession } from "./write-session.js";

/** In the file's queue, as `closeFile` does. A session that a call is using is ended by that call. */
async function commitInTurn(session: WriteSession): Promise<void> {
  await withFile(session.lock.fs, session.lock.path, async (slot) => {
    if (slot.open !== session) return;
    slot.open = undefined;
    await session.commit();
  });
}

const listOpen: ListOpen = () =>
  [...openSessions]
    .filter((one) => one instanceof WriteSession)
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
