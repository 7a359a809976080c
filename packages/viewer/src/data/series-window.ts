import { type BlockGrid, type BlockId, blockBytes } from "./series-blocks.js";

/** The samples that are looked at: `count` from `start` on. */
export interface SampleWindow {
  readonly start: number;
  readonly count: number;
}

/** Bytes that one view reads for what it shows. A longer window is shown by samples of it. */
export const VIEW_BYTES = 16 * 1024 * 1024;
/** A series of up to this is shown as a whole when it is opened; of a longer one a window of about `FIRST_BYTES`. */
const SHORT_BYTES = 4 * 1024 * 1024;
const FIRST_BYTES = 512 * 1024;

/** Bins times channels that are kept for one window: 32 MiB of sums. */
const MAX_CELLS = 1024 * 1024;

/** Columns that a window is summed up for: one for each pixel of its width, fewer where channels are many thousands. */
export function columnsFor(width: number, channels: number): number {
  return Math.max(1, Math.min(Math.floor(width), Math.floor(MAX_CELLS / Math.max(1, channels))));
}

/** A window that lies in the series: at least one sample long, moved rather than cut. */
export function fitWindow({ start, count }: SampleWindow, samples: number): SampleWindow {
  const length = Math.min(Math.max(1, Math.round(count)), Math.max(1, samples));
  return { start: Math.min(Math.max(0, Math.round(start)), Math.max(0, samples - length)), count: length };
}

/** What is shown of a series when it is opened, so that little is read of a long one. */
export function firstWindow(samples: number, bytesPerSample: number): SampleWindow {
  if (samples * bytesPerSample <= SHORT_BYTES) return { start: 0, count: Math.max(1, samples) };
  return fitWindow({ start: 0, count: Math.max(64, FIRST_BYTES / bytesPerSample) }, samples);
}

/** Zoomed so that what is at `anchor` (0 is the left edge, 1 the right one) stays there; `factor` below 1 shows less. */
export function zoomed(window: SampleWindow, factor: number, anchor: number, samples: number): SampleWindow {
  const wanted = window.count * factor;
  // Each step changes something.
  const count = factor < 1 ? Math.floor(wanted) : Math.ceil(wanted);
  return fitWindow(
    { start: window.start + anchor * (window.count - Math.max(1, Math.min(count, samples))), count },
    samples,
  );
}

/** What is read and how it is summed up for one window. */
export interface WindowPlan {
  readonly window: SampleWindow;
  /** Samples that are summed up for one column; bins begin at multiples of it. */
  readonly binRows: number;
  /** One of every so many blocks is read; 1: all. */
  readonly every: number;
  /** All that has to be read. */
  readonly blocks: readonly BlockId[];
  /** Of the whole window for these channels, in memory. */
  readonly bytes: number;
}

/**
 * @param plane Index along each axis that is not drawn.
 * @param groups The groups of channels that are drawn.
 * @param columns Columns of pixels for the window.
 * @param binMultiple What bins have to be a multiple of.
 */
export function planWindow(
  grid: BlockGrid,
  plane: readonly number[],
  groups: readonly number[],
  window: SampleWindow,
  columns: number,
  { budget = VIEW_BYTES, binMultiple = 1 } = {},
): WindowPlan {
  const perColumn = Math.ceil(window.count / Math.max(1, columns));
  const binRows = perColumn <= 1 && binMultiple === 1 ? 1 : Math.ceil(perColumn / binMultiple) * binMultiple;
  // Whole bins are read, so that one does not change while it moves over the edge.
  const first = Math.floor(window.start / binRows) * binRows;
  const stop = Math.min(grid.samples, Math.ceil((window.start + window.count) / binRows) * binRows);
  const perBlock = groups.reduce((sum, group) => sum + blockBytes(grid, group), 0);
  // By the length of the window alone, so that scrolling does not change it.
  const most = Math.ceil(window.count / grid.rowsPerBlock) + 1;
  const isLong = most > 2 && most * perBlock > budget;
  const every = isLong ? Math.ceil((most * perBlock) / budget) : 1;
  const blocks: BlockId[] = [];
  const firstBlock = Math.floor(first / grid.rowsPerBlock);
  const lastBlock = Math.ceil(stop / grid.rowsPerBlock) - 1;
  for (const group of groups) {
    for (let index = firstBlock; index <= lastBlock; index += 1)
      if (index % every === 0) blocks.push({ plane, group, index });
  }
  return { window, binRows, every, blocks, bytes: (perBlock / grid.rowsPerBlock) * window.count };
}

/** The window that will be looked at next, where it is moved on in this direction; undefined at the end. */
export function nextWindow(
  { start, count }: SampleWindow,
  direction: -1 | 1,
  samples: number,
): SampleWindow | undefined {
  const next = fitWindow({ start: start + direction * count, count }, samples);
  return next.start === start ? undefined : next;
}
