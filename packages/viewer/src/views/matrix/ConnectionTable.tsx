import type { ReactNode } from "react";
import { type Connections, type RegionMatrix, valueText } from "./region-matrix.js";

interface Props {
  readonly matrix: RegionMatrix;
  readonly connections: Connections;
  /** Of those that are listed, in `connections`. */
  readonly shown: readonly number[];
  readonly caption: string;
}

/** Connections as text. */
export function ConnectionTable({ matrix, connections, shown, caption }: Props): ReactNode {
  const { labels, directed, unit } = matrix;
  return (
    <table className="connections">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{directed ? "From" : "Region"}</th>
          <th scope="col">{directed ? "To" : "and region"}</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((i) => (
          <tr key={i}>
            <td>{labels[connections.source[i] ?? 0]}</td>
            <td>{labels[connections.target[i] ?? 0]}</td>
            <td>{valueText(connections.weight[i] ?? Number.NaN, unit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
