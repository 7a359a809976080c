import { ColorBar, ScaleType } from "@h5web/lib";
import "@h5web/lib/styles.css";
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { AxisLabels } from "./AxisLabels.js";
import { type CellWindow, windowText } from "./cell-window.js";
import { type Colouring, noValueText } from "./colouring.js";
import { MatrixCanvas, type VisibleCells } from "./MatrixCanvas.js";
import "./matrix.css";
import { movedCell } from "./moved-cell.js";
import { type Cell, cellText, type MatrixStatistics, type RegionMatrix } from "./region-matrix.js";

interface Props {
  readonly figure: RefObject<HTMLElement>;
  readonly matrix: RegionMatrix;
  readonly statistics: MatrixStatistics;
  readonly colouring: Colouring;
  /** The cell of the keyboard's cursor. */
  readonly cell: Cell | undefined;
  readonly setCell: (cell: Cell) => void;
  /** What is seen at first. */
  readonly start: CellWindow | undefined;
  /** After the user has zoomed or moved it; undefined for all of it. */
  readonly onWindow: (window: string | undefined) => void;
}

/** So long the matrix is not moved any more. */
const SETTLED_MS = 250;

/** A matrix with the names of its regions on both axes, its colours and a cursor that arrow keys move. */
export function MatrixPlot({
  figure,
  matrix,
  statistics,
  colouring,
  cell,
  setCell,
  start,
  onWindow,
}: Props): ReactNode {
  const [visible, setVisible] = useState<VisibleCells>();
  const help = useId();
  const { domain, colours, logarithmic } = colouring;
  const size = matrix.labels.length;
  const about = [
    matrix.unit === undefined ? [] : `${matrix.title} in ${matrix.unit}.`,
    matrix.directed ? "Columns are sources, rows are targets." : [],
  ]
    .flat()
    .join(" ");
  const noValue = noValueText(statistics, logarithmic);

  // What is seen changes only by what the user does with wheel and pointer, but a frame later.
  const [isMoved, setMoved] = useState(false);
  const seen = visible && windowText(visible.rows, visible.columns, size);
  const report = useRef(onWindow);
  report.current = onWindow;
  useEffect(() => {
    if (!isMoved) return;
    const waiting = setTimeout(() => report.current(seen), SETTLED_MS);
    return () => clearTimeout(waiting);
  }, [isMoved, seen]);

  function move(event: KeyboardEvent): void {
    const moved = movedCell(cell, event.key, size, event.ctrlKey);
    if (moved === undefined) return;
    event.preventDefault();
    setCell(moved);
  }

  return (
    <>
      <figure ref={figure} className="matrix-plot" aria-label={matrix.title} data-keep-canvas-colors>
        <AxisLabels side="rows" labels={matrix.labels} visible={visible?.rows} current={cell?.row} />
        <div
          className="matrix-canvas"
          role="application"
          aria-label={`Cells of ${matrix.title}`}
          aria-describedby={help}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move its cursor.
          tabIndex={0}
          onKeyDown={move}
          onWheel={() => setMoved(true)}
          onPointerUp={() => setMoved(true)}
        >
          <MatrixCanvas
            matrix={matrix}
            colouring={colouring}
            cell={cell}
            onVisible={setVisible}
            start={start}
          />
        </div>
        <ColorBar
          domain={domain}
          scaleType={logarithmic ? ScaleType.Log : ScaleType.Linear}
          colorMap={colours.map}
          invertColorMap={colours.invert}
        />
        <AxisLabels side="columns" labels={matrix.labels} visible={visible?.columns} current={cell?.column} />
        <figcaption>
          <output className="cell-text">{cell ? cellText(matrix, cell) : " "}</output>
          {noValue && (
            <p className="no-value">
              <span className="no-value-swatch" aria-hidden="true" /> {noValue}
            </p>
          )}
          {about !== "" && <p>{about}</p>}
        </figcaption>
      </figure>
      <p id={help} className="matrix-help">
        Arrow keys move from cell to cell, the wheel zooms, dragging pans.
      </p>
    </>
  );
}
