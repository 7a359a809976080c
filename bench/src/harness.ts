import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import type { BenchCase, ContenderName, Sizes } from "./bench-case.js";
import { type Contender, contendersOf, nodeCommand, startContender } from "./contenders.js";
import type { PeerProcess } from "./peer-process.js";

export interface ContenderResult {
  readonly name: ContenderName;
  /** Why there are no figures. */
  readonly absent?: string;
  /** By the measure's name, one value for each round. */
  readonly series: Readonly<Record<string, readonly number[]>>;
  /** The same for the first run of its process. */
  readonly first?: Readonly<Record<string, number>>;
  /** Peak resident memory of its process, in MiB. */
  readonly peakMib?: number;
}

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly rounds: number;
  /** Load average of the last minute when the case began. */
  readonly load: number;
  readonly contenders: readonly ContenderResult[];
}

export interface HarnessOptions {
  readonly quick: boolean;
  readonly rounds?: number;
}

/** The folders of a case, and its contenders' context. */
export interface CaseFolders {
  readonly root: string;
  context(contender: string): { size: Sizes; folder: string; shared: string };
}

/** Creates a temporary folder with the files of the case, calls `work`, and removes the folder. */
export async function withFolders<T>(
  one: BenchCase,
  quick: boolean,
  work: (folders: CaseFolders) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(`${tmpdir()}/tvb-bench-`);
  const remove = () => rmSync(root, { recursive: true, force: true });
  process.once("exit", remove); // for a run that is stopped: see main.ts
  try {
    const shared = `${root}/shared`;
    mkdirSync(shared);
    const folders: CaseFolders = {
      root,
      context: (contender) => {
        const folder = `${root}/${contender}`;
        mkdirSync(folder, { recursive: true });
        return { size: quick ? one.quick : one.full, folder, shared };
      },
    };
    setUp(one, folders);
    return await work(folders);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** In a separate process, so that its memory is not counted. */
function setUp(one: BenchCase, folders: CaseFolders): void {
  const [program, ...args] = nodeCommand(one, "setup");
  const context = JSON.stringify(folders.context("setup"));
  const { status, stderr } = spawnSync(program, [...args, context], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${one.name}: setup failed: ${stderr}`);
}

/**
 * How long each contender runs before it is measured: a JIT compiler needs more than one short round. At least
 * one round; the table shows the first run too.
 */
const WARM_UP_MS = 2000;
const MAX_WARM_UP_ROUNDS = 40;

/**
 * Measures a case: after the warm-up, each round runs every contender once, in turn, so that other load on the
 * machine affects all of them.
 */
export async function runCase(one: BenchCase, options: HarnessOptions): Promise<CaseResult> {
  const rounds = options.rounds ?? (options.quick ? Math.min(3, one.rounds) : one.rounds);
  const load = loadavg()[0] ?? 0;
  return withFolders(one, options.quick, async (folders) => {
    const runs = contendersOf(one).map((contender) => new Run(contender, folders));
    try {
      for (const run of runs) await run.warmUp(options.quick ? 0 : WARM_UP_MS);
      for (let round = 0; round < rounds; round++) for (const run of runs) await run.round(true);
      for (const run of runs) await run.readPeak();
    } finally {
      for (const run of runs) await run.end();
    }
    const contenders = runs.map((run) => run.result());
    return { name: one.name, title: one.title, rounds, load, contenders };
  });
}

/** The rounds of one contender. It stops at its first error, which the table shows. */
class Run {
  readonly #contender: Contender;
  readonly #process: PeerProcess | undefined;
  readonly #series: Record<string, number[]> = {};
  #first: Readonly<Record<string, number>> | undefined;
  #absent: string | undefined;
  #peakMib: number | undefined;

  constructor(contender: Contender, folders: CaseFolders) {
    this.#contender = contender;
    if ("absent" in contender.command) this.#absent = contender.command.absent;
    else this.#process = startContender(contender.command, folders.context(contender.name));
  }

  async warmUp(ms: number): Promise<void> {
    const end = performance.now() + ms;
    for (let round = 0; round < MAX_WARM_UP_ROUNDS; round++) {
      await this.round(false);
      if (this.#absent !== undefined || performance.now() >= end) return;
    }
  }

  async round(counts: boolean): Promise<void> {
    await this.#try(async (process) => {
      await process.ask("prepare");
      const measures = await process.ask("run");
      await process.ask("check");
      this.#first ??= measures;
      if (!counts) return;
      for (const [name, value] of Object.entries(measures)) {
        this.#series[name] ??= [];
        this.#series[name].push(value);
      }
    });
  }

  async readPeak(): Promise<void> {
    await this.#try(async (process) => {
      this.#peakMib = (await process.ask("peak")).mib;
    });
  }

  async #try(work: (process: PeerProcess) => Promise<void>): Promise<void> {
    if (this.#absent !== undefined || this.#process === undefined) return;
    try {
      await work(this.#process);
    } catch (error) {
      if (this.#contender.name === "ours") throw error;
      this.#absent = error instanceof Error ? error.message : String(error);
    }
  }

  async end(): Promise<void> {
    await this.#process?.end();
  }

  result(): ContenderResult {
    const { name } = this.#contender;
    if (this.#absent !== undefined) return { name, absent: this.#absent, series: {} };
    const first = this.#first === undefined ? {} : { first: this.#first };
    return {
      name,
      series: this.#series,
      ...first,
      ...(this.#peakMib === undefined ? {} : { peakMib: this.#peakMib }),
    };
  }
}
