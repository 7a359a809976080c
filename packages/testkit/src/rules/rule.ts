import type { BackendCapabilities, DataType } from "@tvb-storage/core";
import type { FileSystem } from "@tvb-storage/files";
import type { KitStore } from "./kit-store.js";
import { PLACE_NAMES, type PlaceName } from "./places.js";

/** A capability that a rule needs and not every backend has. */
export interface Requirement {
  /** Its name in reports: `removal`, `dtype int64`. */
  readonly what: string;
  met(supports: BackendCapabilities, samples: Samples, store: StoreOffers): boolean;
}

/** What a store of the backend's author may have; that of a file system has neither, and needs neither. */
export type StoreOffers = Pick<KitStore, "openCold" | "remote">;

/** Samples that the contract cannot create; a backend's author may provide them. */
export interface Samples {
  /** Puts a file with a compound dataset at `path`. */
  readonly compound?: (path: string, fs: FileSystem) => Promise<CompoundSample>;
  /** How other processes load the backend: a built module, and the name of its export. */
  readonly processes?: { readonly module: URL; readonly backend: string };
}

/** The content of the file. */
export interface CompoundSample {
  /** The dataset's name in the root. */
  readonly dataset: string;
  readonly shape: readonly number[];
  /** By the name that `field` takes: a nested one as `"a.b"`. */
  readonly fields: Readonly<
    Record<string, { readonly dtype: DataType; readonly entries: readonly (number | bigint | string)[] }>
  >;
}

/** One sentence of a contract, as data: any test runner, or none, can run it. */
export interface Rule<C> {
  /** The sentence. */
  readonly name: string;
  readonly requires: readonly Requirement[];
  /** Rejects where the rule is broken. */
  readonly run: (context: C) => Promise<void>;
}

export interface RuleGroup<C> {
  readonly name: string;
  /** For rules that make their own file system, so that one location is enough. */
  readonly only?: PlaceName;
  /** For rules that take long, and hardly depend on the location: they run at the first one only. */
  readonly once?: boolean;
  readonly rules: readonly Rule<C>[];
}

/** Whether the rules of a group run at a location, of those that are tried. */
export function runsAt(
  { only, once }: RuleGroup<never>,
  place: PlaceName,
  places: readonly PlaceName[],
): boolean {
  if (only !== undefined && only !== place) return false;
  return once !== true || place === PLACE_NAMES.find((name) => places.includes(name));
}

type Run<C> = (context: C) => Promise<void>;

/** A rule; `requires` lists what a backend must offer for it. */
export function rule<C>(name: string, run: Run<C>): Rule<C>;
export function rule<C>(name: string, requires: readonly Requirement[], run: Run<C>): Rule<C>;
export function rule<C>(name: string, second: readonly Requirement[] | Run<C>, third?: Run<C>): Rule<C> {
  if (typeof second === "function") return { name, requires: [], run: second };
  if (third === undefined) throw new TypeError(`the rule "${name}" does nothing`);
  return { name, requires: second, run: third };
}
