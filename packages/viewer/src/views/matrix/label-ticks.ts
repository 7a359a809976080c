/** What of an axis is seen: from one edge of the canvas to the other in cells (3.5 is the middle of cell 3), over `pixels`. */
export interface VisibleAxis {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
}

export interface LabelTick {
  readonly index: number;
  /** Of the middle of its cell, in pixels from the edge at `from`. */
  readonly position: number;
}

/** Labels nearer to one another than this cannot be read, in pixels. */
const LABEL_PIXELS = 8;

/** The cells of `count` that get a label: all that are seen, or every second, fifth, tenth ... where there is no room for all. */
export function labelTicks({ from, to, pixels }: VisibleAxis, count: number): LabelTick[] {
  const perCell = pixels / (to - from);
  if (!(perCell > 0)) return [];
  const step = stepFor(LABEL_PIXELS / perCell);
  const ticks: LabelTick[] = [];
  const first = Math.max(0, Math.ceil((from - 0.5) / step) * step);
  for (let index = first; index < count && index + 0.5 <= to; index += step)
    ticks.push({ index, position: (index + 0.5 - from) * perCell });
  return ticks;
}

function stepFor(atLeast: number): number {
  for (let ten = 1; ; ten *= 10) for (const step of [ten, 2 * ten, 5 * ten]) if (step >= atLeast) return step;
}
