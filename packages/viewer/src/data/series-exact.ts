import { blockBytes, groupsOf, groupWidth } from "./series-blocks.js";
import { addBin, addRows, type Bin, columnsIn, emptyBin, type Frame } from "./series-envelope.js";
import type { SeriesReader } from "./series-reader.js";
import type { SampleWindow, WindowPlan } from "./series-window.js";

/** Bins times channels that are kept of what was read as a whole: 32 MiB. */
const MAX_SUMS = 1024 * 1024;
/** Bins that a long window is summed up in at most, several for each column of pixels. */
const MAX_BINS = 8192;
const READ_BYTES = 4 * 1024 * 1024;

/** Sums of a long window of which every value was read; the values themselves are not kept. */
export interface ExactEnvelope {
  readonly plane: readonly number[];
  readonly window: SampleWindow;
  readonly binRows: number;
  /** All channels of the groups that were read, in ascending order. */
  readonly channels: readonly number[];
  readonly firstBin: number;
  readonly bins: readonly Float64Array[];
}

/**
 * Reads all of a window, a few MiB at a time.
 *
 * @param onProgress Gets bytes done and bytes in all.
 * @throws the reader's exceptions, and the signal's reason where it is aborted.
 */
export async function readExactly(
  reader: SeriesReader,
  plane: readonly number[],
  channels: readonly number[],
  window: SampleWindow,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<ExactEnvelope> {
  const { grid } = reader;
  const groups = groupsOf(grid, channels);
  const all = groups.flatMap((group) =>
    Array.from({ length: groupWidth(grid, group) }, (_, at) => group * grid.channelsPerGroup + at),
  );
  // Where that is too much to keep sums of, the chosen ones alone.
  const summed = all.length * 1024 <= MAX_SUMS ? all : channels;
  const bins = Math.max(1, Math.min(MAX_BINS, Math.floor(MAX_SUMS / summed.length)));
  const binRows = Math.max(1, Math.ceil(window.count / bins));
  const firstBin = Math.floor(window.start / binRows);
  const stop = Math.min(grid.samples, Math.ceil((window.start + window.count) / binRows) * binRows);
  const sums = Array.from({ length: Math.ceil(stop / binRows) - firstBin }, () => emptyBin(summed.length));
  const firstBlock = Math.floor((firstBin * binRows) / grid.rowsPerBlock);
  const blockCount = Math.ceil(stop / grid.rowsPerBlock) - firstBlock;
  const total = groups.reduce((sum, group) => sum + blockCount * blockBytes(grid, group), 0);
  let done = 0;
  for (const group of groups) {
    const columns = columnsIn(reader, group, summed);
    const perRead = Math.max(1, Math.floor(READ_BYTES / blockBytes(grid, group)));
    const read = (at: number) =>
      reader.stream({ plane, group, index: firstBlock + at }, Math.min(perRead, blockCount - at), signal);
    let next: ReturnType<typeof read> | undefined = read(0);
    for (let at = 0; next !== undefined; at += perRead) {
      const count = Math.min(perRead, blockCount - at);
      const first = firstBlock + at;
      const blocks: Awaited<typeof next> = await next;
      signal.throwIfAborted();
      // While these are summed up the next ones are read.
      next = at + perRead < blockCount ? read(at + perRead) : undefined;
      next?.catch(() => undefined); // it is awaited below, or not at all after a failure
      blocks.forEach((block, index) => {
        const offset = (first + index) * grid.rowsPerBlock;
        for (let row = 0; row < block.rows; ) {
          const bin = Math.floor((offset + row) / binRows);
          const end = Math.min(block.rows, (bin + 1) * binRows - offset);
          const sum = sums[bin - firstBin];
          if (sum !== undefined) addRows(sum, block, columns, row, end);
          row = end;
        }
      });
      done += count * blockBytes(grid, group);
      onProgress(Math.min(done, total), total);
    }
  }
  return { plane, window, binRows, channels: summed, firstBin, bins: sums };
}

/** Whether a window of channels can be drawn from what was read exactly. */
export function covers(
  exact: ExactEnvelope | undefined,
  plane: readonly number[],
  channels: readonly number[],
  { start, count }: SampleWindow,
): exact is ExactEnvelope {
  if (exact === undefined || exact.plane.join() !== plane.join()) return false;
  const known = new Set(exact.channels);
  return (
    start >= exact.window.start &&
    start + count <= exact.window.start + exact.window.count &&
    channels.every((channel) => known.has(channel))
  );
}

/** The window in bins that are a multiple of those that were read. */
export function exactFrame(exact: ExactEnvelope, channels: readonly number[], plan: WindowPlan): Frame {
  const at = channels.map((channel) => exact.channels.indexOf(channel));
  const perBin = plan.binRows / exact.binRows;
  const firstBin = Math.floor(plan.window.start / plan.binRows);
  const stop = Math.ceil((plan.window.start + plan.window.count) / plan.binRows);
  const bins: Bin[] = [];
  for (let index = firstBin; index < stop; index += 1) {
    const bin = emptyBin(channels.length);
    for (let part = 0; part < perBin; part += 1) {
      const sums = exact.bins[index * perBin + part - exact.firstBin];
      if (sums === undefined) continue;
      for (const [index, channel] of at.entries()) addBin(bin, index, sums, channel);
    }
    bins.push(bin);
  }
  return { plan, channels, firstBin, bins, isPartial: false };
}
