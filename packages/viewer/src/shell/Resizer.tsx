import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from "react";
import { keepSetting, keptSetting } from "./kept-setting.js";

// In pixels.
const MIN_WIDTH = 180;
const MAX_WIDTH = 640;
const DEFAULT_WIDTH = 320;
const KEY_STEP = 20;

/** The width of the list of files, in pixels, as it was left. */
export function useSidebarWidth(): readonly [number, (width: number) => void] {
  const [width, setWidth] = useState(() => limited(Number(keptSetting("sidebar") ?? DEFAULT_WIDTH)));
  const change = (wanted: number): void => {
    setWidth(limited(wanted));
    keepSetting("sidebar", String(limited(wanted)));
  };
  return [width, change];
}

function limited(width: number): number {
  return Number.isFinite(width) ? Math.min(Math.max(Math.round(width), MIN_WIDTH), MAX_WIDTH) : DEFAULT_WIDTH;
}

interface ResizerProps {
  readonly width: number;
  readonly setWidth: (width: number) => void;
}

/** The border of the list of files, which the pointer or arrow keys move. */
export function Resizer({ width, setWidth }: ResizerProps): ReactNode {
  const press = (event: KeyboardEvent): void => {
    const wanted = {
      ArrowLeft: width - KEY_STEP,
      ArrowRight: width + KEY_STEP,
      Home: MIN_WIDTH,
      End: MAX_WIDTH,
    }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    setWidth(wanted);
  };
  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) setWidth(event.clientX);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved; this is the separator of WAI-ARIA that can.
    <div
      role="separator"
      className="resizer"
      aria-label="Width of the list of files"
      aria-orientation="vertical"
      aria-controls="files"
      aria-valuenow={width}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      aria-valuetext={`${width} pixels`}
      tabIndex={0}
      onKeyDown={press}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
    />
  );
}
