import type { Datatype, Filter, DatasetInfo as StoredDataset } from "../format/index.js";

/** What is known of a dataset before its data is touched. */
export interface DatasetInfo {
  readonly path: string;
  readonly address: number;
  readonly type: Datatype;
  /** Lengths now; `[0]` for a null dataspace. Replaced when the dataset is resized in this session. */
  shape: readonly number[];
  /** `null` for an axis without a limit. */
  readonly maxShape: readonly (number | null)[];
  readonly isNull: boolean;
  readonly chunks: readonly number[] | undefined;
  readonly filtered: boolean;
  readonly filters: readonly Filter[];
  /** Where the data are in other files: "external raw storage" or "a virtual dataset". */
  readonly outside: string | undefined;
}

export function datasetInfo(path: string, stored: StoredDataset): DatasetInfo {
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
    filtered: stored.filters.length > 0,
    filters: stored.filters,
    outside: stored.hasExternalFiles ? "external raw storage" : virtual,
  };
}
