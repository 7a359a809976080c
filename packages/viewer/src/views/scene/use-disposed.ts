import { useEffect } from "react";
import type { BufferGeometry, Material } from "three";

/** An object of three.js that is drawn. */
interface Drawn {
  readonly geometry: BufferGeometry;
  readonly material: Material | Material[];
  /** Of those that have more. */
  dispose?(): void;
}

/** Gives the graphics card's memory of an object back when another one takes its place. */
export function useDisposed(object: Drawn): void {
  useEffect(
    () => () => {
      object.geometry.dispose();
      for (const material of [object.material].flat()) material.dispose();
      object.dispose?.();
    },
    [object],
  );
}
