/** A name beside the end of a line. */
export interface EndLabel {
  readonly index: number;
  /** Pixels from the top. */
  readonly y: number;
}

/**
 * Names at the ends of lines, moved apart so that none covers another. Where not all have room, every n-th in the order
 * of their places is left.
 *
 * @param ys Where lines end; NaN for one that has no value.
 * @param gap Pixels that a name needs.
 */
export function spreadLabels(ys: readonly number[], height: number, gap: number): EndLabel[] {
  const sorted = ys
    .map((y, index) => ({ index, y: Math.min(height - gap / 2, Math.max(gap / 2, y)) }))
    .filter(({ y }) => !Number.isNaN(y))
    .sort((a, b) => a.y - b.y);
  const room = Math.max(1, Math.floor(height / gap));
  const every = Math.ceil(sorted.length / room);
  const labels = sorted.filter((_, at) => at % every === 0);
  // Down from the top, then up from the bottom for those that were pushed out of it.
  let free = gap / 2;
  const moved = labels.map(({ index, y }) => {
    const at = Math.max(y, free);
    free = at + gap;
    return { index, y: at };
  });
  let limit = height - gap / 2;
  for (let at = moved.length - 1; at >= 0; at -= 1) {
    const label = moved[at];
    if (label === undefined || label.y <= limit) break;
    moved[at] = { index: label.index, y: limit };
    limit -= gap;
  }
  return moved;
}
