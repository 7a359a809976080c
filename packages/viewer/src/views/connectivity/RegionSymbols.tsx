import type { ThreeEvent } from "@react-three/fiber";
import type { ReactNode } from "react";
import { useDisposed } from "../scene/use-disposed.js";
import type { RegionMesh } from "./graph-objects.js";

interface Props extends RegionMesh {
  readonly onHover: (region: number | undefined) => void;
  readonly onClick: (region: number) => void;
}

/** Farther than this between press and release, in pixels, the pointer has turned the scene. */
const CLICK_PIXELS = 4;

/** Regions that are drawn with one shape, and answer to the pointer. */
export function RegionSymbols({ mesh, regions, onHover, onClick }: Props): ReactNode {
  useDisposed(mesh);
  const regionOf = ({ instanceId }: ThreeEvent<PointerEvent | MouseEvent>) => regions[instanceId ?? -1];
  // Of three.js, not of HTML: what a keyboard is for is the list of regions.
  const handlers = {
    onPointerMove: (event: ThreeEvent<PointerEvent>) => {
      event.stopPropagation();
      onHover(regionOf(event));
    },
    onPointerOut: () => onHover(undefined),
    onClick: (event: ThreeEvent<MouseEvent>) => {
      event.stopPropagation();
      const region = regionOf(event);
      if (event.delta <= CLICK_PIXELS && region !== undefined) onClick(region);
    },
  };
  return <primitive object={mesh} {...handlers} />;
}
