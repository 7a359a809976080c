import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { python } from "./h5py.js";

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
  private readonly process: ChildProcess;
  private readonly waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];

  constructor() {
    const script = fileURLToPath(new URL("h5py-worker.py", import.meta.url));
    const child = spawn(python ?? "", [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.process = child;
    child.on("exit", (code, signal) => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`h5py died: ${code ?? signal}`));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer: { ok?: unknown; error?: string } = JSON.parse(line);
      const next = this.waiting.shift();
      if (answer.error === undefined) next?.resolve(answer.ok);
      else next?.reject(new Error(`h5py: ${answer.error}`));
    });
  }

  call(command: string, ...parameters: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process.stdin?.write(`${JSON.stringify({ do: command, with: parameters })}\n`);
    });
  }

  async look(path: string): Promise<Look> {
    return (await this.call("look", path)) as Look; // the script's own form
  }

  /** Ends the process. */
  close(): void {
    this.process.stdin?.end();
  }
}
