/** A range along one axis, as numpy's `start:stop:step`; `null` is the end of the axis. */
export interface Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;
}

/**
 * numpy's basic indexing: `null` is the whole axis, an integer (negative from
 * the end) drops its axis, missing trailing axes are whole.
 */
export type Selection = readonly (number | null | Slice)[];
