import type { FileSystem } from "@tvb-storage/core";

/** The contenders. "ours" is this project; "floor" is bare node:fs moving the same bytes. */
export type ContenderName =
  | "ours"
  | "h5py-original"
  | "h5py-well"
  | "h5wasm"
  | "zipfile"
  | "minidom"
  | "floor";
type PeerName = Exclude<ContenderName, "ours">;

/** How much a case does; the same names are used by the Python peers. */
export type Sizes = Readonly<Record<string, number>>;

/** The results of one run, by the name of the measure. A case without results is measured in `ms`. */
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

/** A required limit: a ratio to a peer, or a bound of the measure itself when `peer` is left out. */
export interface Limit {
  readonly measure: string;
  readonly atMost: number;
  readonly peer?: PeerName;
}

export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** Of the measures; "ms" alone when left out. */
  readonly units?: Readonly<Record<string, string>>;
  readonly full: Sizes;
  readonly quick: Sizes;
  readonly rounds: number;
  /** Peers that are Python scripts; those in JavaScript follow from the functions below. */
  readonly python: readonly PeerName[];
  readonly limits: readonly Limit[];
  readonly setup?: (context: Context) => Promise<void>;
  readonly ours: MakeWorkload;
  readonly h5wasm?: MakeWorkload;
  readonly floor?: MakeWorkload;
}

/** A size by name. @throws Error when the case does not have it. */
export function sizeOf(context: Context, name: string): number {
  const value = context.size[name];
  if (value === undefined) throw new Error(`the case has no size "${name}"`);
  return value;
}
