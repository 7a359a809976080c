import { describe, expect, it } from "vitest";
import { shuffle, unshuffle } from "../src/shuffle.js";

const bytes = (...numbers: number[]) => Uint8Array.from(numbers);

describe("sorted bytes", () => {
  it.each([
    [2, bytes(1, 2, 3, 4, 5, 6), bytes(1, 3, 5, 2, 4, 6)],
    [3, bytes(1, 2, 3, 4, 5, 6), bytes(1, 4, 2, 5, 3, 6)],
    [4, bytes(1, 2, 3, 4, 5, 6, 7, 8), bytes(1, 5, 2, 6, 3, 7, 4, 8)],
    [8, bytes(...Array(16).keys()), bytes(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15)],
    // What is left of an element stays at the end.
    [4, bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), bytes(1, 5, 2, 6, 3, 7, 4, 8, 9, 10)],
    // There is nothing to sort.
    [1, bytes(3, 1, 2), bytes(3, 1, 2)],
    [4, bytes(1, 2, 3, 4), bytes(1, 2, 3, 4)],
    [4, bytes(), bytes()],
  ])("of elements of %d bytes", (size, plain, sorted) => {
    expect(shuffle(plain, size)).toEqual(sorted);
    expect(unshuffle(sorted, size)).toEqual(plain);
  });

  it("are undone wherever they are in memory", () => {
    const memory = bytes(0, 1, 5, 2, 6, 3, 7, 4, 8);
    expect(unshuffle(memory.subarray(1), 4)).toEqual(bytes(1, 2, 3, 4, 5, 6, 7, 8));
  });
});
