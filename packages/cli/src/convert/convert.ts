import type { Context } from "../context.js";
import { UsageError } from "../usage-error.js";
import { convertFile } from "./convert-file.js";
import { convertFromNpy } from "./from-npy.js";
import { type LayoutFlags, layoutOf } from "./layout-flags.js";
import { convertToNpy } from "./to-npy.js";
import { hasZarrFlags, type ZarrFlags, zarrOptionsOf } from "./zarr-flags.js";

export interface ConvertFlags extends LayoutFlags, ZarrFlags {
  readonly dataset?: string;
  readonly field?: string;
  readonly overwrite?: boolean;
  readonly allowLoss?: boolean;
}

export async function convert(
  context: Context,
  from: string,
  to: string,
  flags: ConvertFlags,
): Promise<void> {
  const layout = layoutOf(flags);
  const overwrite = flags.overwrite === true;
  const [npyIn, npyOut] = [isNpy(from), isNpy(to)];
  if (npyIn && npyOut) throw new UsageError("both are .npy files: copy the one to the other");
  if (flags.field !== undefined && !npyOut)
    throw new UsageError("--field is for a dataset that goes to a .npy file");
  const ofZarr = npyOut ? undefined : await zarrOptionsOf(flags, layout, () => context.backends.at(to));
  if (npyOut && (layout !== undefined || hasZarrFlags(flags)))
    throw new UsageError(
      "--gzip, --chunks and what else is said of storage are not for .npy files, which have neither",
    );
  const { dataset } = flags;
  if (!npyIn && !npyOut) {
    if (dataset !== undefined)
      throw new UsageError(
        "--dataset is for .npy files; to copy a dataset between files, use tvb-storage copy",
      );
    await convertFile(context, from, to, {
      // Else what the source has is asked for again.
      layout: ofZarr?.replacesGzip === true ? { ...layout, compression: "none" } : layout,
      target: ofZarr?.options,
      overwrite,
      allowLoss: flags.allowLoss === true,
    });
    return;
  }
  if (dataset === undefined)
    throw new UsageError(
      `give --dataset, the path of the dataset ${npyIn ? "to make" : "to convert"}, such as /data`,
    );
  if (npyOut) await convertToNpy(context, { file: from, dataset, field: flags.field }, to, overwrite);
  else
    await convertFromNpy(
      context,
      from,
      { file: to, dataset, options: ofZarr?.options },
      { ...layout, overwrite },
    );
}

function isNpy(path: string): boolean {
  return path.toLowerCase().endsWith(".npy");
}
