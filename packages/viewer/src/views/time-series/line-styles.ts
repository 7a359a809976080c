/** Okabe and Ito's colours but yellow, which a light ground swallows; undefined is the colour of texts. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", undefined] as const;
/** After a round of colours the next pattern. */
const PATTERNS: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];

export interface LineStyle {
  /** Undefined: the colour of texts. */
  readonly colour: string | undefined;
  readonly pattern: readonly number[];
}

/** Of a channel, whatever others are shown: another choice of channels does not change its colour. */
export function lineStyle(channel: number): LineStyle {
  return {
    colour: COLOURS[channel % COLOURS.length],
    pattern: PATTERNS[Math.floor(channel / COLOURS.length) % PATTERNS.length] ?? [],
  };
}
