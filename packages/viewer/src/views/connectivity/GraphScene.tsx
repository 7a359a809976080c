import { type ReactNode, type RefObject, useMemo, useState } from "react";
import { anatomyOf, boundsOf } from "../scene/anatomy.js";
import type { CameraView } from "../scene/camera-view.js";
import { Scene } from "../scene/Scene.js";
import { useDisposed } from "../scene/use-disposed.js";
import { centreOf, type RegionGraph } from "./graph.js";
import { edgeLines, regionMeshes } from "./graph-objects.js";
import { RegionSymbols } from "./RegionSymbols.js";

interface Props {
  readonly graph: RegionGraph;
  /** Of the connections. */
  readonly edges: readonly number[];
  readonly region: number | undefined;
  readonly setRegion: (region: number | undefined) => void;
  readonly view: CameraView;
  readonly setView: (view: CameraView) => void;
  readonly stage: RefObject<HTMLDivElement>;
}

/** Regions at their centres, and lines between those that are connected. */
export function GraphScene(props: Props): ReactNode {
  const { graph, edges, region, setRegion, view, setView, stage } = props;
  const [hovered, setHovered] = useState<number>();
  const { labels: names } = graph.weights;
  const bounds = useMemo(() => boundsOf(graph.centres), [graph]);
  const anatomy = useMemo(() => anatomyOf(graph.centres, graph.isRight), [graph]);
  const meshes = useMemo(() => regionMeshes(graph, bounds.radius, region), [graph, bounds, region]);
  const lines = useMemo(() => edgeLines(graph, edges), [graph, edges]);
  useDisposed(lines);

  const labels = useMemo(
    () =>
      [...new Set([region, hovered])].flatMap((each) => {
        const position = each === undefined ? undefined : centreOf(graph, each);
        return position === undefined
          ? []
          : [{ id: `region ${each}`, text: names[each ?? 0] ?? "", position }];
      }),
    [graph, names, region, hovered],
  );

  return (
    <Scene
      name={`${names.length} regions with ${edges.length} edges`}
      bounds={bounds}
      anatomy={anatomy}
      view={view}
      setView={setView}
      labels={labels}
      stage={stage}
    >
      <primitive object={lines} />
      {meshes.map((each) => (
        <RegionSymbols
          key={each.mesh.uuid}
          {...each}
          onHover={setHovered}
          onClick={(clicked) => setRegion(clicked === region ? undefined : clicked)}
        />
      ))}
    </Scene>
  );
}
