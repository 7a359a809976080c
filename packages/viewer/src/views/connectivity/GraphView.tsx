import { errorMessage } from "@tvb-storage/files/internal";
import { type ReactNode, useId, useMemo, useRef } from "react";
import { ExportPanel } from "../../export/ExportPanel.js";
import { useLoaded } from "../../shell/use-loaded.js";
import { useWorkspace } from "../../shell/workspace.js";
import { indexParam } from "../index-param.js";
import { ConnectionTable } from "../matrix/ConnectionTable.js";
import { CAMERA_VIEWS, viewOf, viewText } from "../scene/camera-view.js";
import type { ViewProps } from "../view.js";
import { GraphLegend } from "./GraphLegend.js";
import { GraphScene } from "./GraphScene.js";
import { edgesOf, type RegionGraph, readGraph } from "./graph.js";
import { shownConnections, ThresholdControls } from "./ThresholdControls.js";
import "./graph.css";

const LISTED = 20;

/** Regions in space. In the address: `camera`, `threshold` or `strongest`, `region`. */
export default function GraphView(props: ViewProps): ReactNode {
  const { file, data, summary } = props;
  const { sources } = useWorkspace();
  const graph = useLoaded(
    (signal) => readGraph(sources, file, data, summary, signal),
    [file, data, summary, sources],
  );
  if (graph.state === "loading") return <p role="status">Reading the connectivity …</p>;
  if (graph.state === "failed") return <p role="alert">{errorMessage(graph.error)}</p>;
  return <Graph {...props} graph={graph.value} />;
}

function Graph({ graph, file, data, params, setParams }: ViewProps & { graph: RegionGraph }): ReactNode {
  const list = useId();
  const stage = useRef<HTMLDivElement>(null);
  const { weights, connections } = graph;
  const { labels } = weights;
  const region = indexParam(params["region"], labels.length);
  const shown = shownConnections(connections, params);
  const edges = useMemo(() => edgesOf(connections, shown, region), [connections, shown, region]);
  const choose = (chosen: number | undefined) => setParams({ region: chosen?.toString() });
  const of = region === undefined ? "" : `, those of ${labels[region]}`;
  return (
    <>
      <div className="graph-controls">
        <ThresholdControls connections={connections} shown={shown} params={params} setParams={setParams} />
        <output>
          {edges.length} of {connections.weight.length} edges{of}
        </output>
      </div>
      <div className="graph">
        <GraphScene
          graph={graph}
          edges={edges}
          region={region}
          setRegion={choose}
          view={viewOf(params["camera"], CAMERA_VIEWS.Top)}
          setView={(view) => setParams({ camera: viewText(view) })}
          stage={stage}
        />
        <div className="region-list">
          <label htmlFor={list}>Region</label>
          <select
            id={list}
            size={12}
            value={region ?? "all"}
            onChange={({ target }) => choose(target.value === "all" ? undefined : Number(target.value))}
          >
            <option value="all">All regions</option>
            {labels.map((label, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: regions are known by their place.
              <option key={i} value={i}>
                {label}
              </option>
            ))}
          </select>
        </div>
      </div>
      <GraphLegend graph={graph} edges={edges} />
      <ConnectionTable
        matrix={weights}
        connections={connections}
        shown={edges.slice(0, LISTED)}
        caption={`Strongest edges${of}${edges.length > LISTED ? `, ${LISTED} of ${edges.length}` : ""}`}
      />
      <ExportPanel
        file={file}
        data={data}
        path="/weights"
        labels={[labels, labels]}
        canvas={() => stage.current}
      />
    </>
  );
}
