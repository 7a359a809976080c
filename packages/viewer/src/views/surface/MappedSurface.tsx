import type { ReactNode, RefObject } from "react";
import { indexParam } from "../index-param.js";
import { CAMERA_VIEWS, viewOf, viewText } from "../scene/camera-view.js";
import type { ViewProps } from "../view.js";
import { RegionTable } from "./RegionTable.js";
import type { RegionMapping } from "./region-mapping.js";
import { SurfaceScene } from "./SurfaceScene.js";
import type { Surface } from "./surface.js";
import "./surface.css";

type Props = Pick<ViewProps, "params" | "setParams"> & {
  readonly surface: Surface;
  readonly mapping: RegionMapping | undefined;
  readonly stage: RefObject<HTMLDivElement>;
};

/** A surface with the regions of a mapping. In the address: `camera`, `region`. */
export function MappedSurface({ surface, mapping, params, setParams, stage }: Props): ReactNode {
  const vertices = surface.vertices.length / 3;
  const isOfSurface = mapping === undefined || mapping.regions.length === vertices;
  const used = isOfSurface ? mapping : undefined;
  const problems = [
    ...surface.problems,
    ...(isOfSurface
      ? []
      : [
          `The mapping has ${mapping.regions.length} values and the surface ${vertices} vertices; it is not shown, since it is of another surface.`,
        ]),
  ];
  const region = indexParam(params["region"], used?.labels.length ?? 0);
  const setRegion = (chosen: number | undefined) => setParams({ region: chosen?.toString() });
  return (
    <>
      {problems.map((problem) => (
        <p role="alert" key={problem}>
          {problem}
        </p>
      ))}
      <div className="mapped-surface">
        <SurfaceScene
          surface={surface}
          mapping={used}
          region={region}
          setRegion={setRegion}
          view={viewOf(params["camera"], CAMERA_VIEWS.Top)}
          setView={(view) => setParams({ camera: viewText(view) })}
          stage={stage}
        />
        {used && <RegionTable mapping={used} region={region} setRegion={setRegion} />}
      </div>
      <p>
        {vertices} vertices, {surface.triangles.length / 3} triangles
      </p>
    </>
  );
}
