import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ExpectedFile } from "../support/expected.js";
import { python } from "../support/h5py.js";

/** A Python process that runs the functions of h5py-server.py one after the other. */
export class H5pyServer {
  readonly #process: ChildProcess;
  readonly #waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];

  constructor() {
    const script = fileURLToPath(new URL("h5py-server.py", import.meta.url));
    const child = spawn(python ?? "", [script], { stdio: ["pipe", "pipe", "inherit"] });
    this.#process = child;
    child.on("exit", (code, signal) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`h5py died: ${code ?? signal}`));
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer: { ok?: unknown; error?: string } = JSON.parse(line);
      const next = this.#waiting.shift();
      if (answer.error === undefined) next?.resolve(answer.ok);
      else next?.reject(new Error(`h5py: ${answer.error}`));
    });
  }

  call(...command: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
    });
  }

  /** What h5py sees. */
  async look(path: string): Promise<ExpectedFile> {
    return (await this.call("look", path)) as ExpectedFile; // the script's own form
  }

  close(): void {
    this.#process.stdin?.end();
  }
}
