import fc from "fast-check";
import { expect, it } from "vitest";
import { createLayout } from "../../src/metadata/create-layout.ts";
import { regionsWithout } from "../../src/regions/missing-regions.ts";

const axis = fc.record({ length: fc.integer({ min: 0, max: 7 }), chunk: fc.integer({ min: 1, max: 3 }) });

it("missing regions are all chunks that are not stored, each once, whatever is stored", () => {
  fc.assert(
    fc.property(fc.array(axis, { maxLength: 3 }), fc.infiniteStream(fc.boolean()), (axes, choices) => {
      const shape = axes.map(({ length }) => length);
      const chunks = axes.map(({ chunk }) => chunk);
      const layout = createLayout({
        format: 3,
        dtype: "int8",
        shape,
        layout: { chunks },
        path: "/x",
        special: {},
      });
      // Every element, by its indices, and whether its chunk is stored.
      let elements: number[][] = [[]];
      for (const length of shape)
        elements = elements.flatMap((position) => Array.from({ length }, (_, i) => [...position, i]));
      const keyOf = (position: readonly number[]) =>
        ["c", ...position.map((index, i) => Math.floor(index / (chunks[i] ?? 1)))].join("/");
      const isStored = new Map<string, boolean>();
      for (const position of elements) {
        const key = keyOf(position);
        if (!isStored.has(key)) isStored.set(key, choices.next().value === true);
      }
      const stored = [...isStored].filter(([, is]) => is).map(([key]) => key);
      const regions = regionsWithout(layout, ["zarr.json", "c/99", ...stored]);
      for (const position of elements) {
        const times = regions.filter(({ offset, shape: lengths }) =>
          position.every((index, i) => {
            const from = index - (offset[i] ?? 0);
            return from >= 0 && from < (lengths[i] ?? 0);
          }),
        ).length;
        expect(times, String(position)).toBe(isStored.get(keyOf(position)) === true ? 0 : 1);
      }
    }),
    { seed: 17, numRuns: 200 },
  );
});
