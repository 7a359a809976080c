import { loadavg } from "node:os";
import { type BenchCase, type ContenderName, type Measures, type Mode, modesOf } from "./bench-case.js";
import { type CaseFolders, withFolders } from "./case-folders.js";
import { contendersOf } from "./contenders.js";
import { FreshContender, type Measured, ProgramContender, WarmContender } from "./measured.js";

export interface ContenderResult {
  readonly name: ContenderName;
  /** Why there are no figures. */
  readonly absent?: string;
  /** By the measure's name, one value for each round. */
  readonly series: Readonly<Record<string, readonly number[]>>;
}

export interface CaseResult {
  readonly name: string;
  readonly mode: Mode;
  readonly title: string;
  readonly rounds: number;
  /** Load average of the last minute when the case began. */
  readonly load: number;
  readonly contenders: readonly ContenderResult[];
}

export interface HarnessOptions {
  readonly quick: boolean;
  readonly modes: readonly Mode[];
  readonly rounds?: number;
}

/**
 * How long each contender runs before it is measured warm: a JIT compiler needs more than one short round. At least
 * one round.
 */
const WARM_UP_MS = 2000;
const MAX_WARM_UP_ROUNDS = 40;
/**
 * A warm run that is shorter comes right after another one, which is not counted: while the others had their turns, the
 * processor's caches and its clock were not those of a program at work. For every contender alike.
 */
const SHORT_MS = 200;
const MAX_QUICK_ROUNDS = 3;
const MAX_FRESH_ROUNDS = 7;

/**
 * Measures a case in each mode: each round runs every contender once, in turn, so that other load on the machine
 * affects all of them.
 */
export async function runCase(one: BenchCase, options: HarnessOptions): Promise<CaseResult[]> {
  const modes = modesOf(one).filter((mode) => options.modes.includes(mode));
  if (modes.length === 0) return [];
  return withFolders(one, options.quick, async (folders) => {
    const results: CaseResult[] = [];
    for (const mode of modes) results.push(await runMode(one, mode, folders, options));
    return results;
  });
}

async function runMode(
  one: BenchCase,
  mode: Mode,
  folders: CaseFolders,
  { quick, rounds: given }: HarnessOptions,
): Promise<CaseResult> {
  const most = quick ? MAX_QUICK_ROUNDS : mode === "fresh" ? MAX_FRESH_ROUNDS : Number.POSITIVE_INFINITY;
  const rounds = given ?? Math.min(most, one.rounds);
  const load = loadavg()[0] ?? 0;
  const Kind = "program" in one ? ProgramContender : mode === "warm" ? WarmContender : FreshContender;
  const runs = contendersOf(one).map(({ name, command }) => {
    const measured = "absent" in command ? command : new Kind(command, folders.context(name));
    return new Rounds(name, measured);
  });
  try {
    if (mode === "warm") for (const run of runs) await run.warmUp(quick ? 0 : WARM_UP_MS);
    for (let round = 0; round < rounds; round++) for (const run of runs) await run.round(mode);
  } finally {
    for (const run of runs) await run.end();
  }
  return {
    name: one.name,
    mode,
    title: one.title,
    rounds,
    load,
    contenders: runs.map((run) => run.result()),
  };
}

/** The rounds of one contender. It stops at its first error, which the table shows. */
class Rounds {
  readonly #name: ContenderName;
  readonly #measured: Measured | undefined;
  readonly #series: Record<string, number[]> = {};
  #absent: string | undefined;
  #last: Measures = {};

  constructor(name: ContenderName, measured: Measured | { readonly absent: string }) {
    this.#name = name;
    if ("absent" in measured) this.#absent = measured.absent;
    else this.#measured = measured;
  }

  async warmUp(ms: number): Promise<void> {
    const end = performance.now() + ms;
    for (let round = 0; round < MAX_WARM_UP_ROUNDS; round++) {
      await this.#once();
      if (this.#absent !== undefined || performance.now() >= end) return;
    }
  }

  async round(mode: Mode): Promise<void> {
    if (mode === "warm" && (this.#last.ms ?? SHORT_MS) < SHORT_MS) await this.#once();
    for (const [name, value] of Object.entries(await this.#once())) {
      this.#series[name] ??= [];
      this.#series[name].push(value);
    }
  }

  async #once(): Promise<Measures> {
    if (this.#absent !== undefined || this.#measured === undefined) return {};
    try {
      this.#last = await this.#measured.once();
      return this.#last;
    } catch (error) {
      if (this.#name === "ours") throw error;
      this.#absent = error instanceof Error ? error.message : String(error);
      return {};
    }
  }

  async end(): Promise<void> {
    await this.#measured?.end();
  }

  result(): ContenderResult {
    if (this.#absent !== undefined) return { name: this.#name, absent: this.#absent, series: {} };
    return { name: this.#name, series: this.#series };
  }
}
