import type { ReactNode } from "react";
import type { Datatype } from "../../project/datatypes.js";
import { useAddressOf } from "../../shell/use-address-of.js";
import { placeOfFile, useWorkspace } from "../../shell/workspace.js";
import { TableScroll } from "../TableScroll.js";
import type { ListedOperation } from "./DatatypesTable.js";
import { layDiagram } from "./diagram-layout.js";

const MAX_LETTERS = 24;

/** What refers to what: operations as columns, datatypes as links in boxes, references as arrows. */
export function ReferenceDiagram({
  operations,
}: {
  readonly operations: readonly ListedOperation[];
}): ReactNode {
  const sources = useWorkspace((workspace) => workspace.sources);
  const addressOf = useAddressOf();
  const { width, height, columns, boxes, arrows } = layDiagram(operations);
  if (arrows.length === 0) return null;
  return (
    <>
      <h3>What refers to what</h3>
      <TableScroll label="Picture of what refers to what">
        {/* biome-ignore lint/a11y/useSemanticElements: there is no fieldset in a drawing. */}
        <svg
          className="references"
          width={width}
          height={height}
          role="group"
          aria-label="Datatypes by operation; an arrow leads from a datatype to the one that it refers to, as in the table below"
        >
          <defs>
            <marker
              id="reference-end"
              viewBox="0 0 8 8"
              refX="8"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              orient="auto"
            >
              <path d="M0 0L8 4L0 8z" />
            </marker>
          </defs>
          {columns.map(({ name, x }) => (
            <text key={name} x={x} y={20} className="operation">
              {name}
            </text>
          ))}
          {boxes.map(({ datatype, ...box }) => (
            <a
              key={datatype.file.id}
              href={addressOf(placeOfFile(sources, datatype.file))}
              aria-description={referencesIn(datatype)}
            >
              <rect {...box} rx={6} />
              <text x={box.x + 10} y={box.y + 17}>
                {shortened(datatype.className)}
              </text>
              <text x={box.x + 10} y={box.y + 33} className="detail">
                {shortened(datatype.title || datatype.data || (datatype.gid?.slice(0, 8) ?? ""))}
              </text>
            </a>
          ))}
          {arrows.map(({ key, path }) => (
            <path key={key} d={path} className="arrow" markerEnd="url(#reference-end)" />
          ))}
        </svg>
      </TableScroll>
    </>
  );
}

function referencesIn({ links }: Datatype): string {
  return links.length === 0
    ? ""
    : `refers to ${links.map(({ name }) => name.replaceAll("_", " ")).join(", ")}`;
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length > MAX_LETTERS ? `${letters.slice(0, MAX_LETTERS - 1).join("")}…` : text;
}
