import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { h5py } from "../../../../test/support/judges.js";

/** What `look` of the worker says of the group. */
export interface Look {
  readonly names: string[];
  readonly ordered: string[] | null;
  readonly attributes: Record<string, number>;
  readonly kept: number;
  readonly count: number;
}

/** A Python process that runs the functions of h5py-worker.py one after the other. */
export class H5pyWorker {
  private process: ChildProcess | undefined;
  private readonly waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];

  /** Starts the process at the first call, not while tests are collected. */
  private start(): ChildProcess {
    const script = fileURLToPath(new URL("h5py-worker.py", import.meta.url));
    const child = spawn(h5py.command, [script], { stdio: ["pipe", "pipe", "inherit"] });
    child.on("exit", (code, signal) => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`h5py died: ${code ?? signal}`));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer: { ok?: unknown; error?: string } = JSON.parse(line);
      const next = this.waiting.shift();
      if (answer.error === undefined) next?.resolve(answer.ok);
      else next?.reject(new Error(`h5py: ${answer.error}`));
    });
    return child;
  }

  call(command: string, ...parameters: readonly unknown[]): Promise<unknown> {
    this.process ??= this.start();
    const { stdin } = this.process;
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      stdin?.write(`${JSON.stringify({ do: command, with: parameters })}\n`);
    });
  }

  async look(path: string): Promise<Look> {
    return (await this.call("look", path)) as Look; // the script's own form
  }

  /** Ends the process. */
  close(): void {
    this.process?.stdin?.end();
  }
}
