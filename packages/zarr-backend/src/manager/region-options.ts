import {
  type Compression,
  checkShape,
  type DataType,
  type LayoutOptions,
  type LongOptions,
  type NewLayout,
  type NodeOptions,
} from "@tvb-storage/core";
import { layoutOptionRules, resolveAxis } from "@tvb-storage/core/internal";
import { FileStructureException } from "@tvb-storage/errors";
import { type OptionRules, optionRule, optionRules } from "@tvb-storage/files";
import { longOptionRules } from "@tvb-storage/files/internal";
import {
  isZarrCompression,
  LAYOUT_RULES,
  type ZarrCompression,
  type ZarrLayout,
} from "../metadata/zarr-layout.js";

/** What `createArray` takes. */
export interface CreateArrayOptions
  extends NodeOptions,
    Omit<LayoutOptions, "compression">,
    Omit<ZarrLayout, "compression"> {
  dtype: DataType;
  shape: readonly number[];
  compression?: Compression | ZarrCompression;
  /** The axis along which `appendData` may add rows once the array is complete; negative counts from the end; default: none. */
  growDimension?: number;
  signal?: AbortSignal;
}

/** What `writeRegion` takes. */
export interface WriteRegionOptions extends NodeOptions, LongOptions {
  /** Where the region begins in the array: an index for each axis. */
  offset: readonly number[];
  dtype?: DataType;
}

/** What `missingRegions` and `completeArray` take. */
export interface RegionOptions extends NodeOptions {
  signal?: AbortSignal;
}

const { text: where, signal, whole } = optionRules;

/** Made when they are first used, as those of core are. */
export function createArrayRules(): OptionRules<CreateArrayOptions> {
  const { compression, ...layout } = layoutOptionRules();
  const { shards, dimensionNames } = LAYOUT_RULES;
  return {
    where,
    ...layout,
    shape: optionRules.list, // its lengths are checked as those of every shape
    compression: optionRule(
      `${compression.expected}, ${LAYOUT_RULES.compression.expected}`,
      (value) => compression.accepts(value) || isZarrCompression(value),
    ),
    shards,
    dimensionNames,
    growDimension: whole,
    signal,
  };
}

export function writeRegionRules(): OptionRules<WriteRegionOptions> {
  const { dtype } = layoutOptionRules();
  const offset = optionRule(
    "a list of whole numbers of at least 0, one for each axis",
    (value) => Array.isArray(value) && value.every((each) => optionRules.wholeFrom0.accepts(each)),
  );
  return { where, offset, dtype, ...longOptionRules };
}

export const REGION_RULES: OptionRules<RegionOptions> = { where, signal };

/**
 * What a new array is made of, by the options of `createArray`.
 *
 * @throws FileStructureException options that are missing, no shape, or no axis of it.
 */
export function newArray(checked: Partial<CreateArrayOptions>): {
  dataset: { dtype: DataType; shape: readonly number[] };
  layout: NewLayout;
  special: ZarrLayout;
} {
  const { dtype, shape, chunks, compression, stringLength, growDimension, shards, dimensionNames } = checked;
  if (dtype === undefined || shape === undefined) throw needed("createArray", "dtype and shape");
  checkShape(shape);
  const isZarrs = isZarrCompression(compression);
  return {
    dataset: { dtype, shape: [...shape] },
    layout: {
      ...(chunks && { chunks: [...chunks] }),
      ...(stringLength !== undefined && { stringLength }),
      ...(compression !== undefined && !isZarrs && { compression }),
      ...(growDimension !== undefined && { growAxis: resolveAxis(growDimension, shape.length) }),
    },
    special: {
      ...(shards && { shards: [...shards] }),
      ...(dimensionNames && { dimensionNames: [...dimensionNames] }),
      ...(isZarrs && { compression }),
    },
  };
}

/** @throws FileStructureException the option `offset` is missing. */
export function regionOptions({
  offset,
  ...others
}: Partial<WriteRegionOptions>): Omit<Partial<WriteRegionOptions>, "offset"> & { offset: number[] } {
  if (offset === undefined)
    throw needed("writeRegion", "offset, the index for each axis at which the region begins");
  return { ...others, offset: [...offset] };
}

function needed(call: string, what: string): FileStructureException {
  return new FileStructureException(`${call} needs the options ${what}`);
}
