import { spawnSync } from "node:child_process";
import type { Measures } from "./bench-case.js";
import type { Command } from "./contenders.js";
import { PeerProcess } from "./peer-process.js";

/** A contender at one case, measured again and again. */
export interface Measured {
  once(): Promise<Measures>;
  end(): Promise<void>;
}

async function runAndCheck(process: PeerProcess): Promise<Measures> {
  const measures = await process.ask("run");
  const { mib = Number.NaN } = await process.ask("peak");
  await process.ask("check");
  return { ...measures, peak: mib };
}

/** One process for all rounds. */
export class WarmContender implements Measured {
  readonly #process: PeerProcess;

  constructor(command: Command, context: object) {
    this.#process = new PeerProcess(command, context);
  }

  async once(): Promise<Measures> {
    await this.#process.ask("prepare");
    return runAndCheck(this.#process);
  }

  end(): Promise<void> {
    return this.#process.end();
  }
}

/** A new process for each round, and another one before it that prepares its files. */
export class FreshContender implements Measured {
  constructor(
    readonly command: Command,
    readonly context: object,
  ) {}

  async once(): Promise<Measures> {
    await this.#inProcess((process) => process.ask("prepare"));
    const start = performance.now();
    return this.#inProcess(async (process) => {
      await process.ask("load");
      const loaded = performance.now() - start;
      const measures = await runAndCheck(process);
      return { ...measures, whole: loaded + (measures.ms ?? Number.NaN) };
    });
  }

  async #inProcess(work: (process: PeerProcess) => Promise<Measures>): Promise<Measures> {
    const process = new PeerProcess(this.command, this.context);
    try {
      return await work(process);
    } finally {
      await process.end();
    }
  }

  async end(): Promise<void> {}
}

/** A program from its start to its end; it prints its other measures. */
export class ProgramContender implements Measured {
  constructor(
    readonly command: Command,
    readonly context: object,
  ) {}

  async once(): Promise<Measures> {
    const [program, ...args] = this.command;
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(program, [...args, JSON.stringify(this.context)], {
      encoding: "utf8",
    });
    const ms = performance.now() - start;
    if (status !== 0) throw new Error(stderr);
    // Programs of ours and their Python counterparts print an object of numbers.
    return { ms, ...(JSON.parse(stdout) as Measures) };
  }

  async end(): Promise<void> {}
}
