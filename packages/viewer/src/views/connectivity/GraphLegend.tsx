import type { ReactNode } from "react";
import { valueText } from "../matrix/region-matrix.js";
import { centreOf, type RegionGraph } from "./graph.js";
import { edgeColour, HEMISPHERES, hemisphereOf } from "./graph-objects.js";

interface Props {
  readonly graph: RegionGraph;
  /** That are shown, the strongest first. */
  readonly edges: readonly number[];
}

const TITLES = { left: "left hemisphere", right: "right hemisphere", unknown: "region" } as const;
const COLOURS = [0, 0.25, 0.5, 0.75, 1].map(edgeColour).join(", ");

/** What shapes and colours of the graph mean. */
export function GraphLegend({ graph, edges }: Props): ReactNode {
  const { weights, connections, isCortical } = graph;
  const regions = weights.labels.map((_, region) => region);
  const hemispheres = [...new Set(regions.map((region) => hemisphereOf(graph, region)))].sort();
  const without = regions.filter((region) => centreOf(graph, region) === undefined).length;
  const weightOf = (edge: number | undefined) =>
    valueText(Math.abs(connections.weight[edge ?? 0] ?? 0), weights.unit);
  return (
    <ul className="graph-legend" aria-label="Legend">
      {hemispheres.map((hemisphere) => (
        <li key={hemisphere}>
          <span className="swatch" style={{ background: HEMISPHERES[hemisphere] }} /> {TITLES[hemisphere]}
        </li>
      ))}
      {isCortical && <li>spheres are cortical, cubes are not</li>}
      {edges.length > 0 && (
        <li>
          edges from {weightOf(edges.at(-1))}{" "}
          <span className="gradient" style={{ background: `linear-gradient(to right, ${COLOURS})` }} /> to{" "}
          {weightOf(edges[0])}
          {weights.directed ? ", brighter towards their target" : ""}
        </li>
      )}
      {without > 0 && <li>{without} regions have no position and are not drawn</li>}
    </ul>
  );
}
