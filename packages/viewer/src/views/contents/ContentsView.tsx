import type { ReactNode } from "react";
import type { ViewProps } from "../view.js";

/** What is in a file: its nodes with type, shape and stored size. */
export default function ContentsView({ summary }: ViewProps): ReactNode {
  return (
    <table className="contents">
      <thead>
        <tr>
          <th scope="col">Path</th>
          <th scope="col">Type</th>
          <th scope="col">Shape</th>
        </tr>
      </thead>
      <tbody>
        {summary.nodes.map(({ path, kind, dtype, shape, reason }) => (
          <tr key={path}>
            <th scope="row">{path}</th>
            <td>{reason ?? dtype ?? kind}</td>
            <td>{shape?.join(" × ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
