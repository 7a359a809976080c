import type { CSSProperties, ReactNode } from "react";
import { labelTicks, type VisibleAxis } from "./label-ticks.js";

interface Props {
  /** Of rows beside the canvas, or of columns below it. */
  readonly side: "rows" | "columns";
  readonly labels: readonly string[];
  /** Undefined until the canvas has its size. */
  readonly visible: VisibleAxis | undefined;
  /** Of the cursor. */
  readonly current: number | undefined;
}

/** Names of regions along one edge of a matrix, each at the middle of its cells; as many as there is room for. */
export function AxisLabels({ side, labels, visible, current }: Props): ReactNode {
  const ticks = visible === undefined ? [] : labelTicks(visible, labels.length);
  const spacing = distanceOf(ticks);
  const longest = labels.reduce((length, label) => Math.max(length, label.length), 1);
  // In units of its own text; what is longer is cut off, and complete in the tooltip.
  const room = Math.min(longest * 0.66 + 0.8, 16);
  const style = { "--room": `${room}em`, fontSize: `${Math.min(0.95 * spacing, 12)}px` } as CSSProperties; // React's type has no custom properties
  return (
    <ul
      className={`axis-labels ${side}`}
      aria-label={side === "rows" ? "Labels of rows" : "Labels of columns"}
      style={style}
    >
      {ticks.map(({ index, position }) => (
        <li
          key={index}
          title={labels[index]}
          aria-current={index === current || undefined}
          style={side === "rows" ? { top: position } : { left: position }}
        >
          {labels[index]}
        </li>
      ))}
    </ul>
  );
}

function distanceOf([first, second]: readonly { readonly position: number }[]): number {
  return first === undefined || second === undefined ? 12 : second.position - first.position;
}
