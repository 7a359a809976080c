import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { colourAt, pictureOf } from "./viewer.js";

/** A place of a picture in parts of its width and height, and its colour there, `#rrggbb`. */
type Probe = readonly [x: number, y: number, colour: string];

/** Waits until a picture has these colours, up to what drawing rounds. */
export async function expectColours(
  picture: Locator,
  probes: readonly Probe[],
  tolerance = 6,
): Promise<void> {
  const wanted = probes.map(([x, y, colour]) => ({ x, y, colour }));
  await expect
    .poll(
      async () => {
        const png = await pictureOf(picture);
        return wanted.map(({ x, y, colour }) => {
          const found = colourAt(png, x, y);
          return { x, y, colour: distance(found, colour) <= tolerance ? colour : `rgb(${found})` };
        });
      },
      { timeout: 10_000 },
    )
    .toEqual(wanted);
}

function distance(found: readonly number[], colour: string): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return Math.max(
    ...[value >> 16, (value >> 8) & 0xff, value & 0xff].map((part, i) => Math.abs(part - (found[i] ?? 0))),
  );
}
