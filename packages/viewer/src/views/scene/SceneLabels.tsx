import { useFrame, useThree } from "@react-three/fiber";
import { type RefObject, useEffect } from "react";
import { Vector3 } from "three";
import type { Vector } from "./anatomy.js";

export interface SceneLabel {
  /** Unique among those of a scene. */
  readonly id: string;
  readonly text: string;
  /** Around the origin. */
  readonly position: Vector;
  /** Of a side: not shown when the camera looks along it, since it would be in the middle then. */
  readonly isSide?: boolean;
}

interface Props {
  readonly labels: readonly SceneLabel[];
  /** Has an element for each label, in their order. */
  readonly overlay: RefObject<HTMLElement>;
}

/** How much of a side's direction is seen when it is labelled. */
const SEEN = 0.35;

/** Inside of the canvas: moves the labels above it to where their points are drawn. */
export function LabelPositions({ labels, overlay }: Props): null {
  const invalidate = useThree((state) => state.invalidate);
  useEffect(() => {
    if (labels.length >= 0) invalidate(); // drawn again, with these labels
  }, [labels, invalidate]);
  useFrame(({ camera, size }) => {
    camera.updateMatrixWorld(); // it is drawn after this, and only then updated
    const facing = camera.position.clone().normalize();
    labels.forEach(({ position, isSide }, i) => {
      const element = overlay.current?.children[i];
      if (!(element instanceof HTMLElement)) return;
      const point = new Vector3(...position);
      const along = Math.abs(point.clone().normalize().dot(facing));
      element.hidden = isSide === true && Math.sqrt(1 - along * along) < SEEN;
      const { x, y } = point.project(camera);
      element.style.translate = `${((x + 1) / 2) * size.width}px ${((1 - y) / 2) * size.height}px`;
    });
  });
  return null;
}
