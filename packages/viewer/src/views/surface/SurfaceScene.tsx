import { type ThreeEvent, useThree } from "@react-three/fiber";
import { type ReactNode, type RefObject, useEffect, useMemo, useState } from "react";
import { anatomyOf, boundsOf, type Vector } from "../scene/anatomy.js";
import type { CameraView } from "../scene/camera-view.js";
import { Scene } from "../scene/Scene.js";
import { useDisposed } from "../scene/use-disposed.js";
import type { RegionMapping } from "./region-mapping.js";
import type { Surface } from "./surface.js";
import { colourMesh, type SurfaceMesh, surfaceMesh } from "./surface-mesh.js";

interface Props {
  readonly surface: Surface;
  readonly mapping: RegionMapping | undefined;
  readonly region: number | undefined;
  readonly setRegion: (region: number | undefined) => void;
  readonly view: CameraView;
  readonly setView: (view: CameraView) => void;
  readonly stage: RefObject<HTMLDivElement>;
}

/** Of more triangles it takes too long to find the one below a pointer that moves; a click still does. */
const MAX_HOVERED_TRIANGLES = 400_000;
/** Farther than this between press and release, in pixels, the pointer has turned the scene. */
const CLICK_PIXELS = 4;

/** A surface in the colours of its regions; the region below the pointer is named. */
export function SurfaceScene(props: Props): ReactNode {
  const { surface, mapping, region, setRegion, view, setView, stage } = props;
  const { vertices, triangles } = surface;
  const [hovered, setHovered] = useState<Place>();
  const bounds = useMemo(() => boundsOf(vertices), [vertices]);
  const anatomy = useMemo(() => anatomyOf(vertices, sidesOf(mapping)), [vertices, mapping]);
  const mesh = useMemo(() => surfaceMesh(surface), [surface]);
  useDisposed(mesh);

  const labels = useMemo(() => {
    const text = hovered && mapping?.labels[hovered.region];
    return text === undefined ? [] : [{ id: "region", text, position: hovered?.position ?? [0, 0, 0] }];
  }, [hovered, mapping]);

  function placeOf(event: ThreeEvent<PointerEvent | MouseEvent>): Place | undefined {
    const { face, point } = event;
    if (!face || mapping === undefined) return undefined;
    const { x, y, z } = mesh.worldToLocal(point.clone());
    const distance = (vertex: number) =>
      Math.hypot(...[x, y, z].map((each, axis) => each - (vertices[3 * vertex + axis] ?? 0)));
    const [nearest = face.a] = [face.a, face.b, face.c].sort((a, b) => distance(a) - distance(b));
    return { region: mapping.regions[nearest] ?? -1, position: [x, y, z] };
  }

  // Of three.js, not of HTML: what a keyboard is for is the list of regions.
  const handlers = {
    ...(triangles.length / 3 <= MAX_HOVERED_TRIANGLES && {
      onPointerMove: (event: ThreeEvent<PointerEvent>) => setHovered(placeOf(event)),
      onPointerOut: () => setHovered(undefined),
    }),
    onClick: (event: ThreeEvent<MouseEvent>) => {
      const clicked = placeOf(event)?.region ?? -1;
      if (event.delta <= CLICK_PIXELS) setRegion(clicked < 0 || clicked === region ? undefined : clicked);
    },
  };
  const regions = mapping === undefined ? "" : ` in the colours of ${mapping.labels.length} regions`;
  return (
    <Scene
      name={`Surface of ${triangles.length / 3} triangles${regions}`}
      bounds={bounds}
      anatomy={anatomy}
      view={view}
      setView={setView}
      labels={labels}
      stage={stage}
    >
      <primitive object={mesh} {...(mapping === undefined ? {} : handlers)} />
      <MeshColours mesh={mesh} mapping={mapping} region={region} />
    </Scene>
  );
}

interface Place {
  /** -1 where there is none. */
  readonly region: number;
  readonly position: Vector;
}

/** For each vertex whether it is in the right hemisphere, where that is known of its region. */
function sidesOf(mapping: RegionMapping | undefined): ArrayLike<number> | undefined {
  const isRight = mapping?.isRight;
  return isRight && mapping.regions.map((region) => isRight[region] ?? 0);
}

interface ColoursProps extends Pick<Props, "mapping" | "region"> {
  readonly mesh: SurfaceMesh;
}

/** Inside of the canvas: colours the mesh and has it drawn again. */
function MeshColours({ mesh, mapping, region }: ColoursProps): null {
  const invalidate = useThree((state) => state.invalidate);
  useEffect(() => {
    colourMesh(mesh, mapping, region);
    invalidate();
  }, [mesh, mapping, region, invalidate]);
  return null;
}
