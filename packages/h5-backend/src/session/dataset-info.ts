import type { Datatype, Filter, DatasetInfo as StoredDataset } from "@tvb-storage/hdf5/internal";

/** What is known of a dataset before its data is read. */
export interface DatasetInfo {
  readonly path: string;
  readonly address: number;
  readonly type: Datatype;
  /** Lengths now; `[0]` for a null dataspace. Replaced when the dataset is resized in this session. */
  shape: readonly number[];
  /** `null` for an axis without a limit. */
  readonly maxShape: readonly (number | null)[];
  readonly isNull: boolean;
  /** Replaced when the dataset outgrows them in this session. */
  chunks: readonly number[] | undefined;
  /** Where the data begin in the file, where they are all there in one piece, as they are in memory or in the other byte order. */
  readonly contiguousAt: number | undefined;
  readonly filtered: boolean;
  readonly filters: readonly Filter[];
  /** Where the data are in other files: "external raw storage" or "a virtual dataset". */
  readonly external: string | undefined;
}

/** `positionOf` gives the position in the file of an address. */
export function datasetInfo(
  path: string,
  stored: StoredDataset,
  positionOf: (address: number) => number,
): DatasetInfo {
  const { dataspace, layout } = stored;
  const isNull = dataspace.kind === "null";
  const virtual = layout.class === "virtual" ? "a virtual dataset" : undefined;
  return {
    path,
    address: stored.address,
    type: stored.datatype,
    shape: isNull ? [0] : dataspace.shape,
    maxShape: isNull ? [0] : dataspace.maxShape,
    isNull,
    chunks: layout.class === "chunked" ? layout.chunkShape : undefined,
    contiguousAt:
      layout.class === "contiguous" && layout.address !== undefined && !stored.hasExternalFiles
        ? positionOf(layout.address)
        : undefined,
    filtered: stored.filters.length > 0,
    filters: stored.filters,
    external: stored.hasExternalFiles ? "external raw storage" : virtual,
  };
}
