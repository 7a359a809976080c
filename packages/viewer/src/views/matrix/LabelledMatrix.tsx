import { type ReactNode, useMemo, useRef } from "react";
import { ExportPanel } from "../../export/ExportPanel.js";
import type { SelectedData } from "../../export/selected-data.js";
import type { ViewProps } from "../view.js";
import { ConnectionTable } from "./ConnectionTable.js";
import { windowOf } from "./cell-window.js";
import { colouringOf } from "./colouring.js";
import { MatrixControls } from "./MatrixControls.js";
import { MatrixPlot } from "./MatrixPlot.js";
import { cellOf } from "./moved-cell.js";
import { connectionsOf, numberText, type RegionMatrix, statisticsOf, valueText } from "./region-matrix.js";

type Props = Pick<ViewProps, "params" | "setParams"> & {
  readonly matrix: RegionMatrix;
  /** Where its values are. */
  readonly from: Omit<SelectedData, "labels">;
  /** Further controls, before those of the colours. */
  readonly children?: ReactNode;
  /** Those that nothing else was chosen for, by their name in `COLOUR_MAPS`. */
  readonly colours?: string | undefined;
};

const LISTED = 10;

/** A matrix of values between regions as a plot and in words. In the address: `scale`, `colours`, `min`, `max`, `cell`, `window`. */
export function LabelledMatrix({ matrix, from, params, setParams, children, colours }: Props): ReactNode {
  const figure = useRef<HTMLElement>(null);
  const statistics = useMemo(() => statisticsOf(matrix.values), [matrix.values]);
  const connections = useMemo(() => connectionsOf(matrix), [matrix]);
  const colouring = colouringOf(statistics, colours === undefined ? params : { colours, ...params });
  const size = matrix.labels.length;
  const { range, positiveMin, zero } = statistics;
  const strongest = Array.from({ length: Math.min(LISTED, connections.weight.length) }, (_, i) => i);
  return (
    <>
      <div className="matrix-controls">
        {children}
        <MatrixControls
          params={params}
          setParams={setParams}
          colouring={colouring}
          hasLogarithm={positiveMin !== undefined}
        />
      </div>
      {matrix.unnamed && <p>The regions have no names here. {matrix.unnamed}</p>}
      {colouring.problems.map((problem) => (
        <p role="alert" key={problem}>
          {problem}
        </p>
      ))}
      <MatrixPlot
        figure={figure}
        matrix={matrix}
        statistics={statistics}
        colouring={colouring}
        cell={cellOf(params["cell"], size)}
        start={windowOf(params["window"], size)}
        onWindow={(window) => window !== params["window"] && setParams({ window })}
        setCell={({ row, column }) => setParams({ cell: `${row},${column}` })}
      />
      <p>
        {matrix.title} of {size} regions:{" "}
        {range === undefined
          ? "no values."
          : `${numberText(range.min)} to ${valueText(range.max, matrix.unit)}${zero === 0 ? "" : `, ${zero} of ${size * size} are zero`}.`}
      </p>
      <ConnectionTable
        matrix={matrix}
        connections={connections}
        shown={strongest}
        caption="Strongest connections between different regions"
      />
      <ExportPanel {...from} labels={[matrix.labels, matrix.labels]} canvas={() => figure.current} />
    </>
  );
}
