import type { NDArray, NodeInfo, Progress, Selection } from "@tvb-storage/core";
import type { FileBytes } from "@tvb-storage/files";
import type * as hdf5 from "@tvb-storage/hdf5";
import type { FitsIn } from "./fits-in.js";

// The fixed public surface of @tvb-storage/hdf5.

interface LongOptions {
  signal?: AbortSignal;
  onProgress?: Progress;
}

type Source = Uint8Array | ArrayBuffer | FileBytes;

interface Problem {
  readonly path: string;
  readonly kind: "damage" | "unjudged";
  readonly problem: string;
}

interface Values {
  open: (source: Source, options?: { name?: string; ignoreMarks?: boolean }) => Promise<hdf5.Hdf5File>;
  verify: (source: Source, options?: LongOptions & { name?: string }) => Promise<readonly Problem[]>;
}

interface Hdf5File {
  readonly name: string;
  readonly superblockVersion: number;
  info: (path: string) => Promise<NodeInfo>;
  list: (path?: string, options?: { depth?: number }) => Promise<NodeInfo[]>;
  attributes: (
    path?: string,
  ) => Promise<ReadonlyMap<string, { readonly array: NDArray } | { readonly unreadable: string }>>;
  read: (path: string, options?: LongOptions & { selection?: Selection; field?: string }) => Promise<NDArray>;
}

export type ValuesAreThere = FitsIn<Values, typeof hdf5>;
export type FilesCan = FitsIn<Hdf5File, hdf5.Hdf5File>;
