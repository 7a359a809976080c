import type { ReactNode } from "react";
import { type Connections, numberText } from "../matrix/region-matrix.js";
import { finiteParam } from "../number-param.js";
import type { ViewParams, ViewProps } from "../view.js";
import { countAbove } from "./graph.js";

/** So many are shown where nothing was chosen: more of them hide one another. */
const STRONGEST = 300;

/** How many of the strongest connections are shown: those above `threshold`, else as many as `strongest` says. */
export function shownConnections(connections: Connections, params: ViewParams): number {
  const threshold = numberOf(params["threshold"]);
  if (threshold !== undefined) return countAbove(connections, threshold);
  return Math.min(Math.floor(numberOf(params["strongest"]) ?? STRONGEST), connections.weight.length);
}

function numberOf(text: string | undefined): number | undefined {
  const value = finiteParam(text);
  return value !== undefined && value >= 0 ? value : undefined;
}

type Props = Pick<ViewProps, "params" | "setParams"> & {
  readonly connections: Connections;
  /** How many are shown. */
  readonly shown: number;
};

/** Two ways to say which connections are shown: all above a weight, or so many of the strongest. */
export function ThresholdControls({ connections, shown, params, setParams }: Props): ReactNode {
  const { weight } = connections;
  const max = Math.abs(weight[0] ?? 0);
  // Where so many were chosen: the weight that is just not shown.
  const threshold = numberOf(params["threshold"]) ?? Math.abs(weight[shown] ?? 0);
  return (
    <>
      <label>
        Weight above{" "}
        <input
          type="range"
          min={0}
          max={max}
          step={max / 500 || 1}
          value={threshold}
          aria-valuetext={numberText(threshold)}
          onChange={({ target }) =>
            setParams({ threshold: numberText(Number(target.value)), strongest: undefined })
          }
        />{" "}
        <span aria-hidden="true">{numberText(threshold)}</span>
      </label>
      <label>
        Strongest{" "}
        <input
          type="number"
          min={0}
          max={weight.length}
          step={1}
          value={shown}
          onChange={({ target }) =>
            setParams({ strongest: target.value === "" ? undefined : target.value, threshold: undefined })
          }
        />
      </label>
    </>
  );
}
