import type { FileSystem } from "@tvb-storage/core";

/** The contenders. "ours" is this project; "floor" is bare node:fs moving the same bytes. */
export type ContenderName =
  | "ours"
  | "h5py-original"
  | "h5py-well"
  | "h5wasm"
  | "zipfile"
  | "minidom"
  | "zarr"
  | "zarr-consolidated"
  | "floor";
type PeerName = Exclude<ContenderName, "ours">;

/** How much a case does; the same names are used by the Python peers. */
export type Sizes = Readonly<Record<string, number>>;

/**
 * The results of one run, by the name of the measure. A case without results is measured in `ms`. Every run has
 * also `peak`, the most memory of its process so far in MiB, and `cpu`, the processor time in ms; one of ours `wasm`, 1
 * where WebAssembly was loaded; a fresh one `whole`, its duration with the start of its process and all imports.
 */
export type Measures = Record<string, number>;

export interface Context {
  readonly size: Sizes;
  /** A folder that only this contender uses, empty at first. */
  readonly folder: string;
  /** A folder with the files of `setup`, the same for all contenders; only read. */
  readonly shared: string;
  /** Spread into the options of our packages: empty, or a file system that counts. */
  readonly options: { readonly fs?: FileSystem };
}

/** One contender at one case. Only `run` is timed. */
export interface Workload {
  prepare?(): unknown;
  run(): unknown;
  /** Throws when the run has a wrong result, and cleans up. */
  check?(): unknown;
}

export type MakeWorkload = (context: Context) => Workload | Promise<Workload>;

/**
 * - `warm`: long-running processes, measured after a warm-up.
 * - `fresh`: a new process for each run, measured from the first line after its imports.
 */
export const MODES = ["warm", "fresh"] as const;
export type Mode = (typeof MODES)[number];

/** A required limit: a ratio to a peer, or a bound of the measure itself when `peer` is left out. */
export interface Limit {
  readonly measure: string;
  readonly atMost: Readonly<Partial<Record<Mode, number>>>;
  readonly peer?: PeerName;
}

/** A limit of the ratio of times to the original's manner. */
export function toOriginal(warm: number, fresh: number): Limit {
  return { measure: "ms", peer: "h5py-original", atMost: { warm, fresh } };
}

/** A limit of the ratios to zarr-python: warm, and fresh with the start of the process. */
export const TO_ZARR: readonly Limit[] = [
  { measure: "ms", peer: "zarr", atMost: { warm: 1.2 } },
  { measure: "whole", peer: "zarr", atMost: { fresh: 1.2 } },
];

interface CaseInfo {
  readonly name: string;
  readonly title: string;
  /** Of the measures; "ms" alone when left out. */
  readonly units?: Readonly<Record<string, string>>;
  readonly full: Sizes;
  readonly quick: Sizes;
  readonly rounds: number;
  /** Peers that are Python scripts; those in JavaScript follow from what the case has. */
  readonly python: readonly PeerName[];
  readonly limits: readonly Limit[];
  /** Creates the files of `shared`. */
  readonly setup?: (context: Context) => unknown;
}

/** A case that is measured in the processes of its contenders, in both modes. */
export interface CallCase extends CaseInfo {
  readonly ours: MakeWorkload;
  readonly h5wasm?: MakeWorkload;
}

/** A case of whole processes, from start to end: measured in the mode `fresh` alone. */
export interface ProgramCase extends CaseInfo {
  /** The name of its program, in `programs` and in `peers/programs.py`. */
  readonly program: string;
}

export type BenchCase = CallCase | ProgramCase;

export function modesOf(one: BenchCase): readonly Mode[] {
  return "program" in one ? ["fresh"] : MODES;
}

/** A size by name. @throws Error when the case does not have it. */
export function sizeOf(context: Context, name: string): number {
  const value = context.size[name];
  if (value === undefined) throw new Error(`the case has no size "${name}"`);
  return value;
}
