import { useThree } from "@react-three/fiber";
import { useEffect } from "react";

/** Inside of a canvas of three.js: tells screen readers that it is a picture, and of what. */
export function CanvasName({ name }: { readonly name: string }): null {
  const canvas = useThree(({ gl }) => gl.domElement);
  useEffect(() => {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", name);
  }, [canvas, name]);
  return null;
}
