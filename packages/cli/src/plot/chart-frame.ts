import { FONT_FAMILY } from "../font.js";
import type { AxisLabels } from "../plotting/axis-labels.js";
import { tickText } from "../plotting/ticks.js";

/** Names longer than this are cut. */
const MAX_NAME = 24;
/** Part of the font's size that a character takes at the most, on average. */
const CHARACTER_WIDTH = 0.56;

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Sizes that all parts of a picture share, by its own size. */
export class ChartFrame {
  readonly fontSize: number;
  readonly lineWidth: number;

  constructor(readonly size: PictureSize) {
    this.fontSize = Math.max(9, Math.round(Math.min(size.width / 50, size.height / 32)));
    this.lineWidth = Math.max(1, this.fontSize / 12);
  }

  get textStyle() {
    // Arial has the same widths, where a viewer has no Arimo.
    return { fontFamily: `${FONT_FAMILY}, Arial, sans-serif`, fontSize: this.fontSize, color: "#222" };
  }

  textWidth(text: string): number {
    return Math.ceil(text.length * this.fontSize * CHARACTER_WIDTH);
  }

  title(text: string) {
    const fontSize = Math.round(this.fontSize * 1.2);
    const fitting = Math.floor((this.size.width - 2 * this.fontSize) / (fontSize * CHARACTER_WIDTH));
    return {
      text: cut(text, fitting),
      left: "center",
      top: this.fontSize * 0.7,
      textStyle: { ...this.textStyle, fontSize, fontWeight: "normal" },
    };
  }

  /** What both axes have; `labelWidth` keeps the title away from the labels. */
  axis(title: string, gap: number) {
    return {
      name: title,
      nameLocation: "middle",
      nameGap: gap,
      nameTextStyle: this.textStyle,
      axisLabel: { ...this.textStyle, hideOverlap: true, formatter: tickLabel },
      axisLine: { show: true, onZero: false, lineStyle: { color: "#222", width: this.lineWidth } },
      axisTick: { show: true, lineStyle: { color: "#222", width: this.lineWidth } },
      splitLine: { show: false },
    };
  }
}

function tickLabel(value: number | string): string {
  return typeof value === "number" ? tickText(value) : value;
}

/** A text of at most so many characters. */
export function cut(text: string, length: number = MAX_NAME): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(1, length - 1)).join("")}…`;
}

/** Names of an axis' indices, each cut; undefined where there are none. */
export function namesOf(axis: AxisLabels | undefined): string[] | undefined {
  return axis?.names?.map((name) => cut(name));
}
