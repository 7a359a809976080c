import { errorMessage } from "@tvb-storage/files/internal";
import type { ReactNode } from "react";
import { useLoaded } from "../../shell/use-loaded.js";
import { useWorkspace } from "../../shell/workspace.js";
import { indexParam } from "../index-param.js";
import { LabelledMatrix } from "../matrix/LabelledMatrix.js";
import type { ViewProps } from "../view.js";
import {
  correlationNode,
  isCorrelation,
  readCorrelations,
  SLICED,
  selectionOf,
} from "./functional-connectivity.js";

/** Correlations between regions. In the address: `variable`, `mode`, and what `LabelledMatrix` keeps there. */
export default function FunctionalConnectivityView({
  file,
  data,
  summary,
  params,
  setParams,
}: ViewProps): ReactNode {
  const { sources } = useWorkspace();
  const node = correlationNode(summary);
  const shape = node?.shape ?? [];
  const slice = SLICED.map(({ param, axis }) => indexParam(params[param], shape[axis] ?? 1) ?? 0);
  const matrix = useLoaded(
    async (signal) => node && readCorrelations(sources, file, data, summary, node, slice, signal),
    [data, sources, ...slice],
  );
  if (matrix.state === "loading") return <p role="status">Reading {node?.path} …</p>;
  if (matrix.state === "failed") return <p role="alert">{errorMessage(matrix.error)}</p>;
  if (matrix.value === undefined) return <p role="alert">There is no matrix between regions in this file.</p>;
  return (
    <LabelledMatrix
      matrix={matrix.value}
      from={{ file, data, path: node?.path ?? "/", selection: selectionOf(shape, slice) }}
      params={params}
      setParams={setParams}
      colours={isCorrelation(summary) ? "rdbu" : undefined}
    >
      {SLICED.map(({ param, axis, title }, i) => (
        <IndexChoice
          key={param}
          title={title}
          count={shape[axis] ?? 1}
          index={slice[i] ?? 0}
          onChoose={(index) => setParams({ [param]: `${index}` })}
        />
      ))}
    </LabelledMatrix>
  );
}

interface IndexChoiceProps {
  readonly title: string;
  readonly count: number;
  readonly index: number;
  readonly onChoose: (index: number) => void;
}

/** Nothing where there is no choice. */
function IndexChoice({ title, count, index, onChoose }: IndexChoiceProps): ReactNode {
  if (count < 2) return null;
  return (
    <label>
      {title}{" "}
      <select value={index} onChange={({ target }) => onChoose(Number(target.value))}>
        {Array.from({ length: count }, (_, each) => each).map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
