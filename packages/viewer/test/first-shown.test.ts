import { expect, it } from "vitest";
import { firstShown } from "../src/views/general/first-shown.js";

const events = { path: "/events", kind: "dataset", dtype: "vlen of int32", shape: [1000] } as const;
const labels = { path: "/labels", kind: "dataset", dtype: "string", shape: [500] } as const;
const small = { path: "/small", kind: "dataset", dtype: "float64", shape: [3] } as const;
const large = { path: "/large", kind: "dataset", dtype: "int16", shape: [10, 10] } as const;

it("plots the largest dataset of numbers where none was chosen", () => {
  const shown = (...nodes: Parameters<typeof firstShown>[0]["nodes"]) => firstShown({ nodes, metadata: {} });
  expect(shown(events, labels, small, large)).toBe("/large");
  expect(shown(events, labels)).toBe("/labels");
  expect(shown(events)).toBe("/events");
  expect(shown({ path: "/group", kind: "group" })).toBe("/");
  expect(firstShown({ nodes: [large], metadata: { NX_class: "NXroot" } })).toBe("/");
});
