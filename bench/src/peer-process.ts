import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Command } from "./contenders.js";

export type Action = "load" | "prepare" | "run" | "check" | "peak" | "count" | "profile" | "end";

/** A long-running contender. It gets requests as JSON lines and measures its own time, so that its start does not count. */
export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = "";

  constructor([program, ...args]: Command, context: object) {
    const child = spawn(program, [...args, JSON.stringify(context)], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    child.on("error", (error) => {
      this.#errors += error.message;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    if (child.stdout === null) throw new Error(`${program} has no output to read`);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Numbers by name. @throws Error with the output of the process, when it fails or has ended. */
  async ask(action: Action, extra: Record<string, unknown> = {}): Promise<Record<string, number>> {
    this.#child.stdin?.write(`${JSON.stringify({ do: action, ...extra })}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`ended at "${action}": ${this.#errors.trim()}`);
    // Both sides of the protocol are ours: an object of numbers, or of one text `error`.
    const reply = JSON.parse(line.value) as Record<string, number> | { error: string };
    if ("error" in reply) throw new Error(`at "${action}": ${reply.error}`);
    return reply;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    this.#child.stdin?.end(`${JSON.stringify({ do: "end" })}\n`);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await gone;
    clearTimeout(timer);
  }
}
