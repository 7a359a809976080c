import { type BackendOptions, elementCount, type NodeInfo, type StorageManager } from "@tvb-storage/core";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { defaultFileSystem, pathStats } from "@tvb-storage/files";
import { type CopyLayout, type CopyReport, copyStorage } from "@tvb-storage/storage";
import { type Context, withStorage } from "../context.js";
import { EXIT } from "../exit-status.js";
import { refuseReadOnly } from "../output/refuse-read-only.js";
import { byteText } from "../terminal/byte-text.js";
import { printable } from "../terminal/printable.js";
import { withProgress } from "../terminal/progress.js";
import { isAddress } from "../trees/address.js";
import { countText } from "../trees/count-text.js";
import { checkAddress, clearAddress } from "./new-address.js";
import { atNewPlace, checkPlace } from "./new-place.js";

export interface ConvertFileOptions {
  /** How all datasets are to be stored; undefined: as they are. */
  readonly layout: CopyLayout | undefined;
  /** Of the backend of the target. */
  readonly target: BackendOptions | undefined;
  readonly overwrite: boolean;
  readonly allowLoss: boolean;
}

/** Copies all of a file to a new one, of the backend that the extension of the target says. */
export async function convertFile(
  context: Context,
  from: string,
  given: string,
  options: ConvertFileOptions,
): Promise<void> {
  const to = given.replace(/(?<=.)\/+$/, "");
  await refuseSame(from, to);
  // The errors of the copy itself name the target, too.
  await withStorage(context, from, (source) => source.listNodes({ depth: 0 }));
  const backend = await context.backends.at(to);
  const { supports } = backend;
  refuseReadOnly({ path: to, supports });
  const open = (path: string): StorageManager => backend.open(path, options.target);
  const { overwrite } = options;
  const place = supports.storedAs === "remote" ? undefined : { path: to, kind: supports.storedAs, overwrite };
  if (context.dryRun) {
    if (place === undefined) await checkAddress(open(to), overwrite);
    else await checkPlace(place);
    await context.print(printable(await contentText(context, from, to)));
    return;
  }
  // At an address nothing can be made beside the target and renamed; a copy that fails removes what it has stored.
  if (place === undefined) await checkAddress(open(to), overwrite);
  const report =
    place === undefined
      ? await copyTo(context, from, open(to), options, clearAddress)
      : await atNewPlace(place, (path) => copyTo(context, from, open(path), options));
  context.answer(report.problems.length > 0 ? EXIT.no : EXIT.ok);
}

async function refuseSame(from: string, to: string): Promise<void> {
  if (isAddress(from) || isAddress(to)) {
    if (from.replace(/\/+$/, "") === to)
      throw new FileStructureException(`${from} and ${to} are the same address: convert to another one`);
    return;
  }
  const [a, b] = await Promise.all(
    [from, to].map((path) =>
      pathStats(defaultFileSystem(), path, { followLinks: true }).catch(() => undefined),
    ),
  );
  if (a !== undefined && a.ino === b?.ino && a.dev === b.dev)
    throw new FileStructureException(`${from} and ${to} are the same file: convert to another one`);
}

async function copyTo(
  context: Context,
  from: string,
  target: StorageManager,
  { layout, allowLoss }: ConvertFileOptions,
  discard?: (target: StorageManager) => Promise<void>,
): Promise<CopyReport> {
  const { signal } = context.terminal;
  try {
    const report = await withStorage(context, from, (source) =>
      withProgress(context.terminal, "converting", (onProgress) =>
        copyStorage(source, target, {
          signal,
          onProgress,
          ...(layout === undefined ? {} : { layout: layoutFor(layout) }),
        }),
      ),
    );
    for (const line of problemLines(report)) await context.note(line);
    if (report.problems.length > 0 && !allowLoss) {
      await discard?.(target);
      throw new FileStorageException(
        `${target.path} was not made, since ${countText(report.problems.length, "thing")} in ${from} cannot be carried over; --allow-loss converts without`,
      );
    }
    return report;
  } finally {
    await target.closeFile();
  }
}

/** Chunks where the dataset has as many axes, no longer than it is; compression where there is something to compress. */
function layoutFor({ chunks, compression }: CopyLayout): (node: NodeInfo) => CopyLayout {
  return (node) => {
    const { shape = [] } = node;
    const fits = chunks !== undefined && chunks.length === shape.length && elementCount(shape) > 0;
    return {
      ...(fits ? { chunks: chunks.map((length, axis) => Math.min(length, shape[axis] ?? length)) } : {}),
      ...(compression === undefined ? {} : compressionFor(node, compression)),
    };
  };
}

function compressionFor(
  { shape = [], dtype, stringLength, filters = [] }: NodeInfo,
  compression: NonNullable<CopyLayout["compression"]>,
): CopyLayout {
  const isCompressed = shape.length > 0 && (dtype !== "string" || stringLength !== undefined);
  if (isCompressed) return { compression };
  // Of a scalar, or of texts of any length, gzip is reported where the copy lacks it; what is not gzip was to be replaced.
  return filters.includes("gzip") && compression !== "none" ? {} : { compression: "none" };
}

function problemLines({ problems }: CopyReport): string[] {
  return problems.map(({ path, key, problem }) =>
    printable(`${path}${key === undefined ? "" : ` @${key}`}: ${problem}`),
  );
}

async function contentText(context: Context, from: string, to: string): Promise<string> {
  const nodes = await withStorage(context, from, (manager) => manager.listNodes());
  const datasets = nodes.filter(({ kind }) => kind === "dataset");
  const bytes = datasets.reduce((sum, { storedBytes = 0 }) => sum + storedBytes, 0);
  return `would convert ${from} (${countText(datasets.length, "dataset")}, ${byteText(bytes)} stored) to ${to}`;
}
