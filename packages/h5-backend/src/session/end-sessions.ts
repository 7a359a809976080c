import { withFile } from "@tvb-storage/files";
import { atProcessEnd, type ListOpen } from "@tvb-storage/files/internal";
import { openSessions } from "./open-sessions.js";
import { WriteSession } from "./write-session.js";

/** By their turn, as `closeFile` does. Those that a call is at commit or roll back by themselves. */
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

/** Has sessions that are open at the end of the process ended as they should be. To be called before one is opened. */
export function endSessionsWithProcess(): void {
  atProcessEnd(listOpen);
}
