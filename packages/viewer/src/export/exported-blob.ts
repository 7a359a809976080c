import { elementCount, itemSize, type NodeInfo } from "@tvb-storage/core/arrays";
import { type ElementStream, writeCsv, writeNpy } from "@tvb-storage/core/internal";
import { FileStorageException } from "@tvb-storage/errors";
import { nextTurn, throwIfAborted } from "@tvb-storage/files";
import { axisIndices, indexText } from "./index-text.js";
import type { SelectedData } from "./selected-data.js";
import { selectedStream } from "./selected-stream.js";

export type ExportFormat = "csv" | "npy";

export interface ExportOptions {
  readonly signal?: AbortSignal;
  /** In elements; those of texts are counted twice in npy, which reads them twice. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Bytes of the largest file that is made. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 2 ** 30;
/** What is gathered before the browser gets it, which may put it on the disk. */
const PIECE_BYTES = 16 * 2 ** 20;

/**
 * What is selected, as a file.
 *
 * @throws FileStorageException a file that would be too large; what cannot be read; cancelled.
 */
export async function exportedBlob(
  format: ExportFormat,
  selected: SelectedData,
  node: NodeInfo,
  { signal, onProgress, maxBytes = MAX_BYTES }: ExportOptions = {},
): Promise<Blob> {
  const stream = await selectedStream(selected, node, signal);
  const elements = elementCount(stream.shape);
  const tooLarge = () => new FileStorageException(tooLargeMessage(format, selected, node, maxBytes));
  // A cell has at least a digit and a comma; an element of a .npy file its size, but for texts.
  const atLeast = elements * (format === "csv" || stream.dtype === "string" ? 2 : itemSize(stream.dtype));
  if (atLeast > maxBytes) throw tooLarge();

  const encoder = new TextEncoder();
  const blobs: Blob[] = [];
  let parts: BlobPart[] = [];
  let gathered = 0;
  let written = 0;
  const write = async (part: Uint8Array | string): Promise<void> => {
    const bytes = typeof part === "string" ? encoder.encode(part) : part;
    written += bytes.length;
    if (written > maxBytes) throw tooLarge();
    parts.push(bytes as BlobPart); // what is read is never in shared memory
    gathered += bytes.length;
    if (gathered < PIECE_BYTES) return;
    blobs.push(new Blob(parts));
    parts = [];
    gathered = 0;
  };
  const total = elements * (format === "npy" && stream.dtype === "string" ? 2 : 1);
  const watched = reported(stream, signal, (done) => onProgress?.(done, total));
  if (format === "npy") await writeNpy(write, watched);
  else await writeCsv(watched, write, fittingLabels(selected, stream.shape));
  return new Blob([...blobs, ...parts], {
    type: format === "csv" ? "text/csv;charset=utf-8" : "application/octet-stream",
  });
}

function reported(
  stream: ElementStream,
  signal: AbortSignal | undefined,
  report: (done: number) => void,
): ElementStream {
  let done = 0;
  return {
    ...stream,
    async *blocks() {
      for await (const block of stream.blocks()) {
        throwIfAborted(signal, "the file is not complete");
        yield block;
        done += elementCount(block.shape);
        report(done);
        // Where nothing is waited for, such as for data that were never stored, the page goes on here.
        await nextTurn();
      }
    },
  };
}

function fittingLabels({ labels = [] }: SelectedData, shape: readonly number[]) {
  return labels.map((names, axis) => (names?.length === shape[axis] ? names : undefined));
}

/** Says the command that makes the same file, without a bound. */
function tooLargeMessage(
  format: ExportFormat,
  { file, path, selection, field }: SelectedData,
  node: NodeInfo,
  maxBytes: number,
): string {
  const select = indexText(axisIndices(selection, node.shape ?? []));
  const command = [
    "tvb-storage show",
    quotedForShell(file.location),
    quotedForShell(path),
    ...(select === "" ? [] : ["--select", quotedForShell(select)]),
    ...(field === undefined ? [] : ["--field", quotedForShell(field)]),
    `--${format} -o data.${format}`,
  ].join(" ");
  return `the file would be larger than ${maxBytes / 2 ** 20} MiB, the most that the page makes; select less, or use the command line: ${command}`;
}

function quotedForShell(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
