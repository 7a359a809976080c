import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DirtyPages, PAGE_BYTES } from "../../src/port/dirty-pages.js";

const SPAN = 60 * PAGE_BYTES;

describe("dirty pages", () => {
  it("show exactly what was written, over what is beneath", () => {
    const beneath = new Uint8Array(SPAN).map((_, index) => index % 251);
    const write = fc.record({
      position: fc.integer({ min: 0, max: SPAN - 1 }),
      length: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: SPAN })),
      value: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 12 }), (writes) => {
        const pages = new DirtyPages((target, position) =>
          target.set(beneath.subarray(position, position + target.length)),
        );
        const model = beneath.slice();
        for (const { position, length, value } of writes) {
          const data = new Uint8Array(Math.min(length, SPAN - position)).fill(value);
          pages.write(data, position);
          model.set(data, position);
        }
        const shown = beneath.slice();
        pages.overlay(shown, 0);
        expect(Buffer.compare(shown, model)).toBe(0);
        const part = beneath.slice(4000, 9000);
        pages.overlay(part, 4000);
        expect(Buffer.compare(part, model.subarray(4000, 9000))).toBe(0);
        const ordered = [...pages.inOrder()];
        const applied = beneath.slice();
        for (const { position, data } of ordered) applied.set(data, position);
        expect(Buffer.compare(applied, model)).toBe(0);
        const positions = ordered.map(({ position }) => position);
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("store only the written bytes of a page, and those between two writes to it", () => {
    const pages = new DirtyPages((target) => target.fill(7));
    pages.write(Uint8Array.of(1, 2), 100);
    pages.write(Uint8Array.of(3), 105);
    expect([...pages.inOrder()].map(({ position, data }) => [position, [...data]])).toEqual([
      [100, [1, 2, 7, 7, 7, 3]],
    ]);
    expect(pages.holds(100, 6)).toBe(true);
    expect(pages.holds(99, 2)).toBe(false);
    expect(pages.holds(105, 2)).toBe(false);
  });

  it("store of a long write only the pages that differ from what is beneath", () => {
    const pages = new DirtyPages((target) => target.fill(7));
    const data = new Uint8Array(100 * PAGE_BYTES).fill(7);
    data[3 * PAGE_BYTES + 8] = 1;
    data[3 * PAGE_BYTES + 17] = 2;
    data[99 * PAGE_BYTES] = 3;
    pages.write(data, PAGE_BYTES);
    pages.write(Uint8Array.of(7, 7), 500 * PAGE_BYTES);
    expect([...pages.inOrder()].map(({ position, data: bytes }) => [position, [...bytes]])).toEqual([
      [4 * PAGE_BYTES + 8, [1, 7, 7, 7, 7, 7, 7, 7, 7, 2, 7, 7]],
      [100 * PAGE_BYTES, [3, 7, 7, 7]],
      [500 * PAGE_BYTES, [7, 7]],
    ]);
  });

  it("compare no more of a long write whose beginning is all new", () => {
    let read = 0;
    const pages = new DirtyPages((target) => {
      read += target.length;
      target.fill(7);
    });
    const data = new Uint8Array(100 * PAGE_BYTES).fill(8);
    pages.write(data, 0);
    expect(read).toBe(16 * PAGE_BYTES);
    const shown = new Uint8Array(102 * PAGE_BYTES).fill(7);
    pages.overlay(shown, 0);
    expect(Buffer.compare(shown.subarray(0, data.length), data)).toBe(0);
    expect(Buffer.compare(shown.subarray(data.length), new Uint8Array(2 * PAGE_BYTES).fill(7))).toBe(0);
  });

  it("find every changed byte of a long write, at any offset in memory", () => {
    const length = 17 * PAGE_BYTES;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        fc.array(
          fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: PAGE_BYTES - 9, max: PAGE_BYTES + 9 })),
          {
            maxLength: 4,
          },
        ),
        (shift, position, changed) => {
          const pages = new DirtyPages((target) => target.fill(7));
          const data = new Uint8Array(length + shift).fill(7).subarray(shift);
          // Within the first whole page of the file that the write covers, or around its edges.
          const base = position === 0 ? 0 : PAGE_BYTES - position;
          for (const at of changed) data[base + at] = 1;
          pages.write(data, position);
          const model = new Uint8Array(position + length).fill(7);
          model.set(data, position);
          const shown = new Uint8Array(position + length).fill(7);
          pages.overlay(shown, 0);
          expect(Buffer.compare(shown, model)).toBe(0);
        },
      ),
      { seed: 4, numRuns: 500 },
    );
  });

  it("drop what is cut off", () => {
    const pages = new DirtyPages((target) => target.fill(0));
    pages.write(new Uint8Array(3 * PAGE_BYTES).fill(1), 0);
    pages.cut(PAGE_BYTES + 10);
    expect([...pages.inOrder()].map(({ position, data }) => [position, data.length])).toEqual([
      [0, PAGE_BYTES],
      [PAGE_BYTES, 10],
    ]);
    expect(pages.memoryBytes).toBe(2 * PAGE_BYTES);
    pages.clear();
    expect(pages.isEmpty).toBe(true);
  });
});
