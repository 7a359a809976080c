import { describe, expect, it } from "vitest";
import { joinRanges } from "../src/chunks/joined-ranges.ts";

const MIB = 2 ** 20;
const joined = (ranges: readonly (readonly [offset: number, length: number])[]) =>
  joinRanges(ranges.map(([offset, length]) => ({ offset, length }))).map(
    ({ offset, length, ranges: parts }) => [offset, length, parts.length],
  );

describe("ranges of one object", () => {
  it("are one where they follow each other, whatever their order", () => {
    expect(
      joined([
        [30, 5],
        [10, 10],
        [20, 10],
      ]),
    ).toEqual([[10, 25, 3]]);
  });

  it("stay apart where there is a gap, or bytes that both have", () => {
    expect(
      joined([
        [0, 10],
        [11, 10],
        [15, 10],
        [15, 10],
      ]),
    ).toEqual([
      [0, 10, 1],
      [11, 10, 1],
      [15, 10, 1],
      [15, 10, 1],
    ]);
  });

  it("are at most 8 MiB together; a larger one stays alone", () => {
    expect(
      joined([
        [0, 4 * MIB],
        [4 * MIB, 4 * MIB],
        [8 * MIB, 1],
        [8 * MIB + 1, 9 * MIB],
      ]),
    ).toEqual([
      [0, 8 * MIB, 2],
      [8 * MIB, 1, 1],
      [8 * MIB + 1, 9 * MIB, 1],
    ]);
  });

  it("are none where there are none", () => {
    expect(joined([])).toEqual([]);
  });
});
