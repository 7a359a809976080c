import { type RefObject, useLayoutEffect, useRef } from "react";
import type { PlotSize } from "./PlotArea.js";
import { useTheme } from "./use-theme.js";

/** A canvas of sharp pixels that is drawn after each render that changes what is drawn; `draw` says how many points it has drawn. */
export function useCanvas(
  { width, height }: PlotSize,
  draw: (context: CanvasRenderingContext2D, ink: string) => number,
  dependencies: readonly unknown[],
): RefObject<HTMLCanvasElement> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `draw` is another function each time; what it depends on is given.
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    const ratio = devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    // To set a size clears a canvas and is slow; it is done where it changed.
    if (canvas.current.width !== w || canvas.current.height !== h) {
      canvas.current.width = w;
      canvas.current.height = h;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, w, h);
    context.scale(ratio, ratio);
    const points = draw(context, getComputedStyle(canvas.current).color);
    canvas.current.dataset["pointsDrawn"] = String(points);
    canvas.current.dataset["frames"] = String(Number(canvas.current.dataset["frames"] ?? 0) + 1);
  }, [width, height, theme, ...dependencies]);
  return canvas;
}
