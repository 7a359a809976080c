import { errorMessage } from "@tvb-storage/files/internal";
import type { ReactNode } from "react";
import { useLoaded } from "../../shell/use-loaded.js";
import { useWorkspace } from "../../shell/workspace.js";
import { LabelledMatrix } from "../matrix/LabelledMatrix.js";
import type { ViewProps } from "../view.js";
import { MATRICES, type MatrixName, matricesOf, readMatrix } from "./connectivity.js";

/** Weights and tract lengths of a connectivity. In the address: `matrix`, and what `LabelledMatrix` keeps there. */
export default function MatricesView({ file, data, summary, node, params, setParams }: ViewProps): ReactNode {
  const { sources } = useWorkspace();
  const names = matricesOf(summary);
  const chosen = params["matrix"] ?? node?.slice(1);
  const name: MatrixName = names.find((each) => each === chosen) ?? names[0] ?? "weights";
  const matrix = useLoaded(
    (signal) => readMatrix(sources, file, data, summary, name, signal),
    [data, name, sources],
  );
  if (matrix.state === "loading") return <p role="status">Reading {MATRICES[name].path} …</p>;
  if (matrix.state === "failed") return <p role="alert">{errorMessage(matrix.error)}</p>;
  return (
    <LabelledMatrix
      key={name}
      matrix={matrix.value}
      from={{ file, data, path: MATRICES[name].path }}
      params={params}
      setParams={setParams}
    >
      <label>
        Matrix{" "}
        <select
          value={name}
          onChange={({ target }) => setParams({ matrix: target.value, min: undefined, max: undefined })}
        >
          {names.map((each) => (
            <option key={each} value={each}>
              {MATRICES[each].title}
            </option>
          ))}
        </select>
      </label>
    </LabelledMatrix>
  );
}
