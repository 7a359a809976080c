import { type ReactNode, useId } from "react";
import type { ViewProps } from "../view.js";
import { COLOUR_MAPS, type Colouring } from "./colouring.js";
import { numberText } from "./region-matrix.js";

type Props = Pick<ViewProps, "params" | "setParams"> & {
  readonly colouring: Colouring;
  /** Whether a logarithmic scale is offered. */
  readonly hasLogarithm: boolean;
};

/** Scale, colours and the values that have the first and the last colour. */
export function MatrixControls({ params, setParams, colouring, hasLogarithm }: Props): ReactNode {
  const name = useId();
  const [min, max] = colouring.domain;
  return (
    <>
      {hasLogarithm && (
        <fieldset>
          <legend>Scale</legend>
          {(["linear", "log"] as const).map((scale) => (
            <label key={scale}>
              <input
                type="radio"
                name={name}
                checked={colouring.logarithmic === (scale === "log")}
                onChange={() => setParams({ scale: scale === "log" ? "log" : undefined })}
              />{" "}
              {scale === "log" ? "logarithmic" : "linear"}
            </label>
          ))}
        </fieldset>
      )}
      <label>
        Colours{" "}
        <select value={colouring.name} onChange={({ target }) => setParams({ colours: target.value })}>
          {Object.entries(COLOUR_MAPS).map(([id, { title }]) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {(["min", "max"] as const).map((end) => (
        <label key={end}>
          {end === "min" ? "From" : "To"}{" "}
          <input
            type="number"
            step="any"
            placeholder={numberText(end === "min" ? min : max)}
            value={params[end] ?? ""}
            onChange={({ target }) => setParams({ [end]: target.value === "" ? undefined : target.value })}
          />
        </label>
      ))}
    </>
  );
}
