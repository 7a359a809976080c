import {
  type AxisConfig,
  DataToHtml,
  DefaultInteractions,
  type Domain,
  HeatmapMesh,
  ResetZoomButton,
  ScaleType,
  SvgElement,
  SvgRect,
  TooltipMesh,
  useCameraState,
  useVisCanvasContext,
  VisCanvas,
} from "@h5web/lib";
import { useThree } from "@react-three/fiber";
import ndarray from "ndarray";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { Vector3 } from "three";
import { CanvasName } from "../canvas-name.js";
import type { CellWindow } from "./cell-window.js";
import { type Colouring, colourParts } from "./colouring.js";
import type { VisibleAxis } from "./label-ticks.js";
import { type Cell, cellText, type RegionMatrix } from "./region-matrix.js";

/** Which cells are seen. */
export interface VisibleCells {
  readonly columns: VisibleAxis;
  readonly rows: VisibleAxis;
}

interface Props {
  readonly matrix: RegionMatrix;
  readonly colouring: Colouring;
  /** The cell of the keyboard's cursor. */
  readonly cell: Cell | undefined;
  readonly onVisible: (visible: VisibleCells) => void;
  /** What is seen at first; all cells where it is undefined. */
  readonly start: CellWindow | undefined;
}

// As good as transparent: what is behind the canvas says "no value". A colour without any opacity has no components in d3.
const NO_VALUE = "rgba(0, 0, 0, 0.004)";

const PARTS: Domain = [0, 1];

/** The cells, row 0 on top, with zoom, pan and a tooltip; the axes are drawn beside it. */
export function MatrixCanvas({ matrix, colouring, cell, onVisible, start }: Props): ReactNode {
  const size = matrix.labels.length;
  const axis: AxisConfig = { visDomain: [0, size], isIndexAxis: true };
  const { domain, colours, logarithmic } = colouring;
  const [min, max] = domain;
  const values = useMemo(
    () => ndarray(colourParts(matrix.values, { domain: [min, max], logarithmic }), [size, size]),
    [matrix.values, size, min, max, logarithmic],
  );
  return (
    <VisCanvas aspect="equal" showAxes={false} abscissaConfig={axis} ordinateConfig={{ ...axis, flip: true }}>
      <CanvasName name={`${matrix.title} of ${size} × ${size} regions`} />
      <DefaultInteractions />
      <ResetZoomButton />
      <TooltipMesh
        guides="both"
        renderTooltip={(x, y) => {
          const pointed = { row: Math.floor(y), column: Math.floor(x) };
          return isWithin(pointed, size) ? cellText(matrix, pointed) : undefined;
        }}
      />
      <HeatmapMesh
        values={values}
        domain={PARTS}
        scaleType={ScaleType.Linear}
        colorMap={colours.map}
        invertColorMap={colours.invert}
        badColor={NO_VALUE}
        scale={[1, -1, 1]}
      />
      {cell && <CellFrame cell={cell} />}
      <StartWindow start={start} />
      <VisibleReport onVisible={onVisible} />
    </VisCanvas>
  );
}

function isWithin({ row, column }: Cell, size: number): boolean {
  return row >= 0 && row < size && column >= 0 && column < size;
}

function CellFrame({ cell: { row, column } }: { readonly cell: Cell }): ReactNode {
  return (
    <DataToHtml points={[new Vector3(column, row), new Vector3(column + 1, row + 1)]}>
      {(start, end) => (
        <SvgElement>
          <SvgRect className="cell-frame-outer" coords={[start, end]} fill="none" strokeWidth={4} />
          <SvgRect className="cell-frame" coords={[start, end]} fill="none" strokeWidth={2} />
        </SvgElement>
      )}
    </DataToHtml>
  );
}

/** Shows what the page was opened with; after that the camera is the user's. */
function StartWindow({ start }: Pick<Props, "start">): null {
  const { camera, invalidate } = useThree();
  const { dataToWorld, abscissaConfig } = useVisCanvasContext();
  const isDone = useRef(false);
  const [, size] = abscissaConfig.visDomain;
  useEffect(() => {
    if (isDone.current) return;
    isDone.current = true;
    if (start === undefined) return;
    const { x, y } = dataToWorld(new Vector3(start.column + start.cells / 2, start.row + start.cells / 2));
    const scale = start.cells / size;
    camera.scale.set(scale, scale, 1);
    camera.position.set(x, y, camera.position.z);
    camera.updateMatrixWorld();
    invalidate();
  }, [start, camera, invalidate, dataToWorld, size]);
  return null;
}

/** Tells which cells are seen, again when the user zooms or pans. */
function VisibleReport({ onVisible }: Pick<Props, "onVisible">): null {
  const { canvasSize, getVisibleDomains } = useVisCanvasContext();
  const { xVisibleDomain, yVisibleDomain } = useCameraState(
    getVisibleDomains,
    [getVisibleDomains],
    (a, b) =>
      a.xVisibleDomain.every((value, i) => value === b.xVisibleDomain[i]) &&
      a.yVisibleDomain.every((value, i) => value === b.yVisibleDomain[i]),
  );
  const [left, right] = xVisibleDomain;
  const [bottom, top] = yVisibleDomain;
  const { width, height } = canvasSize;
  useEffect(() => {
    onVisible({
      columns: { from: left, to: right, pixels: width },
      rows: { from: top, to: bottom, pixels: height },
    });
  }, [left, right, top, bottom, width, height, onVisible]);
  return null;
}
