import { elementCount } from "@tvb-storage/core/arrays";
import { errorMessage } from "@tvb-storage/files/internal";
import type { ReactNode } from "react";
import { useLoaded } from "../../shell/use-loaded.js";
import type { ViewProps } from "../view.js";
import "./elements.css";

/** Elements of a dataset that no plot can show, as texts: references by their paths, bytes, sequences. */
export default function ElementsView({ data, summary, node }: ViewProps): ReactNode {
  const loaded = useLoaded(
    async (signal) => (node === undefined ? [] : await data.readExotic?.(node, signal)),
    [data, node],
  );
  if (loaded.state === "loading") return <p role="status">HDF5 reads {node} …</p>;
  if (loaded.state === "failed") return <p role="alert">{errorMessage(loaded.error)}</p>;
  const rows = loaded.value;
  if (rows === undefined)
    return <p role="alert">Where this file is, HDF5 cannot read it; open a copy of it.</p>;
  const { dtype, shape = [] } = summary.nodes.find(({ path }) => path === node) ?? {};
  const total = elementCount(shape);
  return (
    <table className="elements">
      <caption>
        {dtype}
        {rows.length < total && `: the first ${rows.length} of ${total} elements`}
      </caption>
      <thead>
        <tr>
          <th scope="col">Index</th>
          <th scope="col">Element</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ index, text }) => (
          <tr key={index.join()}>
            <th scope="row">{index.length === 0 ? "–" : index.join(", ")}</th>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
