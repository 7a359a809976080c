import type { ChildProcess } from "node:child_process";

/** How long a process has to end by itself. */
const GRACE_MS = 2000;

/** Processes that must not outlive this one. */
export class Children {
  readonly #running = new Map<ChildProcess, { readonly isGroup: boolean; readonly end: Promise<void> }>();
  #isStopped = false;

  /**
   * Resolves when a process has ended well.
   *
   * @param isGroup It has a process group of its own, whose members end with it.
   */
  add(child: ChildProcess, name: string, isGroup = false): Promise<void> {
    const end = new Promise<string | undefined>((resolve) => {
      child.once("error", (error) => resolve(`cannot be started: ${error.message}`));
      child.once("close", (code, signal) =>
        resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`),
      );
    });
    this.#running.set(child, { isGroup, end: end.then(() => undefined) });
    if (this.#isStopped) this.#signal(child, "SIGTERM");
    return end.then((failure) => {
      // Others of its group may be left.
      if (isGroup) this.#signal(child, "SIGKILL");
      this.#running.delete(child);
      if (failure !== undefined) throw new Error(`${name} ${failure}`);
    });
  }

  /** Ends all that run, also those that are added later. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const child of this.#running.keys()) this.#signal(child, "SIGTERM");
    const ended = Promise.all([...this.#running.values()].map(({ end }) => end));
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise((resolve) => {
      timer = setTimeout(resolve, GRACE_MS);
    });
    await Promise.race([ended, grace]);
    clearTimeout(timer);
    for (const child of this.#running.keys()) this.#signal(child, "SIGKILL");
    await ended;
  }

  #signal(child: ChildProcess, signal: NodeJS.Signals): void {
    const { pid } = child;
    if (pid === undefined) return;
    try {
      if (this.#running.get(child)?.isGroup === true) process.kill(-pid, signal);
      else if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    } catch (error) {
      // The whole group has ended.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}
