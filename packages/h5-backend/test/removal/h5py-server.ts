import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ExpectedFile } from "../../../../test/support/expected.js";
import { h5py } from "../../../../test/support/judges.js";

/** A Python process that runs the functions of h5py-server.py one after the other. */
export class H5pyServer {
  #process: ChildProcess | undefined;
  readonly #waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];

  /** Starts the process at the first call, not while tests are collected. */
  #start(): ChildProcess {
    const script = fileURLToPath(new URL("h5py-server.py", import.meta.url));
    const child = spawn(h5py.command, [script], { stdio: ["pipe", "pipe", "inherit"] });
    child.on("exit", (code, signal) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`h5py died: ${code ?? signal}`));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer: { ok?: unknown; error?: string } = JSON.parse(line);
      const next = this.#waiting.shift();
      if (answer.error === undefined) next?.resolve(answer.ok);
      else next?.reject(new Error(`h5py: ${answer.error}`));
    });
    return child;
  }

  call(...command: readonly unknown[]): Promise<unknown> {
    this.#process ??= this.#start();
    const { stdin } = this.#process;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      stdin?.write(`${JSON.stringify(command)}\n`);
    });
  }

  /** What h5py sees. */
  async look(path: string): Promise<ExpectedFile> {
    return (await this.call("look", path)) as ExpectedFile; // the script's own form
  }

  close(): void {
    this.#process?.stdin?.end();
  }
}
