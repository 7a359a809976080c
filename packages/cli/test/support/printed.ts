import type { NDArray } from "@tvb-storage/core";
import { printArray } from "../../src/show/print/print-array.js";
import { viewOf } from "./view-of.js";

/** What `printArray` writes. */
export async function printed(array: NDArray, { width = 75, all = false } = {}): Promise<string> {
  let text = "";
  await printArray(viewOf(array), { width, all }, async (part) => {
    text += part;
  });
  return text;
}

export const float64 = (...data: number[]): NDArray => ({
  dtype: "float64",
  shape: [data.length],
  data: Float64Array.from(data),
});
