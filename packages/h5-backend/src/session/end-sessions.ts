import { withFile } from "@tvb-storage/files";
import { atProcessEnd, type EndWork } from "@tvb-storage/files/internal";
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

function writing(): WriteSession[] {
  return [...openSessions].filter((one) => one instanceof WriteSession);
}

function throwAll(errors: readonly unknown[]): void {
  if (errors.length > 0) throw new AggregateError(errors);
}

const endSessions: EndWork = {
  async finish() {
    const outcomes = await Promise.allSettled(
      writing()
        .filter((session) => session.isAcknowledged)
        .map(commitInTurn),
    );
    throwAll(outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : [])));
  },

  finishNow() {
    const errors: unknown[] = [];
    for (const session of writing()) {
      try {
        session.finishNow();
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll(errors);
  },
};

/** Has sessions that are open at the end of the process ended as they should be. To be called before one is opened. */
export function endSessionsWithProcess(): void {
  atProcessEnd(endSessions);
}
