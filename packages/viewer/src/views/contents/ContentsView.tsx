import type { NodeInfo } from "@tvb-storage/core/arrays";
import { type ReactNode, useMemo } from "react";
import { useWorkspace } from "../../shell/workspace.js";
import { byteText } from "../../text/byte-text.js";
import { FirstRows } from "../FirstRows.js";
import { TableScroll } from "../TableScroll.js";
import type { ViewProps } from "../view.js";
import { remarksOnNode, shapeOfNode, typeOfNode } from "./describe-node.js";
import "./contents.css";

/** Rows that are shown before the user asks for all. */
const MAX_ROWS = 500;

/** What is in a file: its nodes with type, shape, chunks, filters and stored size; the chosen one first. */
export default function ContentsView({ summary, node, params, setParams }: ViewProps): ReactNode {
  const { show } = useWorkspace();
  const chosen = summary.nodes.find(({ path }) => path === node);
  const all =
    chosen === undefined ? summary.nodes : [chosen, ...summary.nodes.filter((each) => each !== chosen)];
  const columns = useMemo(() => columnsOf(summary.nodes), [summary]);
  const rows = params["all"] === "yes" ? all : all.slice(0, MAX_ROWS);
  if (all.length === 0) return <p>There is nothing in this file but the attributes of its root.</p>;
  return (
    <>
      <TableScroll label="Contents">
        <table className="contents">
          <thead>
            <tr>
              <th scope="col">Path</th>
              <th scope="col">Type</th>
              <th scope="col">Shape</th>
              <th scope="col">Chunks</th>
              {columns.filters && <th scope="col">Filters</th>}
              <th scope="col">Stored size</th>
              {columns.remarks && <th scope="col">Remarks</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <NodeRow
                key={each.path}
                node={each}
                columns={columns}
                isChosen={each === chosen}
                choose={() => show({ node: each.path, view: undefined, params: {} })}
              />
            ))}
          </tbody>
        </table>
      </TableScroll>
      <FirstRows shown={rows.length} all={all.length} setParams={setParams} />
    </>
  );
}

/** Columns that are left out where no node has anything for them. */
interface Columns {
  readonly filters: boolean;
  readonly remarks: boolean;
}

function columnsOf(nodes: readonly NodeInfo[]): Columns {
  return {
    filters: nodes.some(({ filters = [] }) => filters.length > 0),
    remarks: nodes.some((node) => remarksOnNode(node).length > 0),
  };
}

interface NodeRowProps {
  readonly node: NodeInfo;
  readonly columns: Columns;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function NodeRow({ node, columns, isChosen, choose }: NodeRowProps): ReactNode {
  const { path, chunks, filters, storedBytes, kind, reason } = node;
  return (
    <tr aria-current={isChosen ? "true" : undefined}>
      <th scope="row">
        <button type="button" className="link" onClick={choose}>
          {path}
        </button>
      </th>
      <td className={kind === "unreadable" ? "reason" : undefined}>{typeOfNode(node)}</td>
      <td className="short">{shapeOfNode(node)}</td>
      <td className="short">{kind === "dataset" ? (chunks?.join(" × ") ?? "none") : ""}</td>
      {columns.filters && <td>{filters?.join(", ")}</td>}
      <td className="short">{storedBytes === undefined ? "" : byteText(storedBytes)}</td>
      {columns.remarks && (
        <td className={reason === undefined ? undefined : "reason"}>{remarksOnNode(node).join("; ")}</td>
      )}
    </tr>
  );
}
