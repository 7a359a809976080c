import type { Anatomy, Vector } from "./anatomy.js";

/** From where a brain is looked at, without perspective. */
export interface CameraView {
  /** In degrees around the vertical axis: 0 from the right, 90 from the front, 180 from the left, 270 from the back. */
  readonly azimuth: number;
  /** In degrees: 90 from above, with the front at the top of the picture if the azimuth is 270. */
  readonly elevation: number;
  /** 1: all of it fits. */
  readonly zoom: number;
}

export const CAMERA_VIEWS = {
  Top: { azimuth: 270, elevation: 90, zoom: 1 },
  Left: { azimuth: 180, elevation: 0, zoom: 1 },
  Right: { azimuth: 0, elevation: 0, zoom: 1 },
  Front: { azimuth: 90, elevation: 0, zoom: 1 },
  Back: { azimuth: 270, elevation: 0, zoom: 1 },
} as const satisfies Record<string, CameraView>;

/** Straight from above or below it is not said where the top of a picture is; as near as this, in degrees. */
const STEEPEST = 89.99;
const MIN_ZOOM = 0.2;
const MAX_ZOOM = 50;

/** In the address: `azimuth,elevation,zoom`. */
export function viewText({ azimuth, elevation, zoom }: CameraView): string {
  return [round(azimuth, 1), round(elevation, 1), round(zoom, 3)].join(",");
}

/** @returns `otherwise` where the address has none */
export function viewOf(text: string | undefined, otherwise: CameraView): CameraView {
  const numbers = (text ?? "").split(",").map(Number);
  const [azimuth = Number.NaN, elevation = Number.NaN, zoom = Number.NaN] = numbers;
  if (numbers.length !== 3 || !numbers.every(Number.isFinite)) return otherwise;
  return limited({ azimuth, elevation, zoom });
}

/** Where a key turns or moves the camera; undefined where it is no key of the camera. */
export function keyedView(view: CameraView, key: string): CameraView | undefined {
  const { azimuth, elevation, zoom } = view;
  const views: Readonly<Record<string, CameraView>> = {
    ArrowLeft: { azimuth: azimuth - 10, elevation, zoom },
    ArrowRight: { azimuth: azimuth + 10, elevation, zoom },
    ArrowUp: { azimuth, elevation: elevation + 10, zoom },
    ArrowDown: { azimuth, elevation: elevation - 10, zoom },
    "+": { azimuth, elevation, zoom: zoom * 1.25 },
    "=": { azimuth, elevation, zoom: zoom * 1.25 },
    "-": { azimuth, elevation, zoom: zoom / 1.25 },
  };
  const moved = Object.hasOwn(views, key) ? views[key] : undefined;
  return moved && limited(moved);
}

function limited({ azimuth, elevation, zoom }: CameraView): CameraView {
  return {
    azimuth: azimuth >= 0 ? azimuth % 360 : (azimuth % 360) + 360,
    elevation: Math.min(Math.max(elevation, -90), 90),
    zoom: Math.min(Math.max(zoom, MIN_ZOOM), MAX_ZOOM),
  };
}

/** Of length 1, from the middle to the camera. */
export function directionOf({ azimuth, elevation }: CameraView, { right, front, up }: Anatomy): Vector {
  const around = radians(azimuth);
  const above = radians(Math.min(Math.max(elevation, -STEEPEST), STEEPEST));
  const along = (axis: 0 | 1 | 2) =>
    Math.cos(above) * (Math.cos(around) * right[axis] + Math.sin(around) * front[axis]) +
    Math.sin(above) * up[axis];
  return [along(0), along(1), along(2)];
}

/** The view of a camera that is in this direction, of any length. */
export function viewFrom(direction: Vector, { right, front, up }: Anatomy, zoom: number): CameraView {
  const [x, y, z] = [right, front, up].map((axis) => dot(axis, direction)) as [number, number, number]; // three axes
  const elevation = degrees(Math.atan2(z, Math.hypot(x, y)));
  return limited({ azimuth: degrees(Math.atan2(y, x)), elevation, zoom });
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

function radians(angle: number): number {
  return (angle / 180) * Math.PI;
}

function degrees(angle: number): number {
  return (angle / Math.PI) * 180;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
