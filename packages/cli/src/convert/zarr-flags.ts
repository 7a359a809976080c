import type { LayoutOptions, StorageBackend } from "@tvb-storage/core";
import type { NewDatasetInfo, ZarrLayout, ZarrOptions } from "@tvb-storage/zarr-backend";
import { numberOption } from "../options/number-option.js";
import { UsageError } from "../usage-error.js";
import { shapeOption } from "./layout-flags.js";

/** What only Zarr hierarchies have. */
export interface ZarrFlags {
  readonly zarrFormat?: "2" | "3";
  readonly shards?: string;
  readonly zstd?: string;
  readonly blosc?: Extract<ZarrLayout["compression"], { readonly blosc: string }>["blosc"];
}

/** What the backend of a Zarr hierarchy gets. */
export interface ZarrTarget {
  readonly options: ZarrOptions;
  /** Datasets are compressed by something else than the source has. */
  readonly replacesGzip: boolean;
}

export function hasZarrFlags({ zarrFormat, shards, zstd, blosc }: ZarrFlags): boolean {
  return [zarrFormat, shards, zstd, blosc].some((flag) => flag !== undefined);
}

/**
 * How a Zarr hierarchy is to be made; undefined where nothing is said of it.
 *
 * @throws UsageError the target is none, or what is said does not go together.
 */
export async function zarrOptionsOf(
  flags: ZarrFlags,
  { chunks, compression: gzip }: LayoutOptions = {},
  target: () => Promise<StorageBackend>,
): Promise<ZarrTarget | undefined> {
  const { zarrFormat, shards, zstd, blosc } = flags;
  if (!hasZarrFlags(flags)) return undefined;
  if (!isZarr(await target()))
    throw new UsageError(
      "--zarr-format, --shards, --zstd and --blosc are for Zarr hierarchies: give a folder such as a.zarr",
    );
  if ([gzip, zstd, blosc].filter((each) => each !== undefined).length > 1)
    throw new UsageError("give one of --gzip, --zstd and --blosc");
  const compression = compressionOf(zstd, blosc);
  const perShard = chunksPerShard(shards, chunks, zarrFormat);
  const options: ZarrOptions = {
    ...(zarrFormat === undefined ? {} : { format: zarrFormat === "2" ? 2 : 3 }),
    layout: ({ shape }: NewDatasetInfo) => ({
      ...(compression === undefined ? {} : { compression }),
      ...(perShard === undefined || perShard.length !== shape.length || shape.includes(0)
        ? {}
        : { shards: perShard.map((count, axis) => count * Math.min(chunks?.[axis] ?? 1, shape[axis] ?? 1)) }),
    }),
  };
  return { options, replacesGzip: compression !== undefined };
}

function isZarr({ name }: StorageBackend): boolean {
  return name === "zarr" || name.startsWith("zarr-");
}

function compressionOf(zstd: string | undefined, blosc: ZarrFlags["blosc"]): ZarrLayout["compression"] {
  if (zstd !== undefined) return { zstd: numberOption("--zstd", zstd, { min: 1, max: 22, whole: true }) };
  return blosc === undefined ? undefined : { blosc };
}

/** Of small datasets the chunks are smaller, and so are the shards. */
function chunksPerShard(
  shards: string | undefined,
  chunks: readonly number[] | undefined,
  format: ZarrFlags["zarrFormat"],
): number[] | undefined {
  if (shards === undefined) return undefined;
  if (format === "2") throw new UsageError("--shards is for Zarr version 3, which --zarr-format 2 is not");
  const shape = shapeOption("--shards", shards);
  if (chunks === undefined) throw new UsageError("--shards needs --chunks, of which shards are made");
  const counts = shape.map((length, axis) => length / (chunks[axis] ?? 0));
  if (shape.length !== chunks.length || !counts.every(Number.isInteger))
    throw new UsageError(
      `--shards ${shards}: a shard is made of whole chunks, and those are of ${chunks.join(",")}`,
    );
  return counts;
}
