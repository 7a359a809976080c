import type { BackendCapabilities, DataType } from "@tvb-storage/core";
import { append, at, blocks, chunksOf, RANGES, store } from "./build-step.js";
import { hardArray } from "./hard-values.js";
import type { Operation, Step } from "./operation.js";
import { METADATA, REFUSED_METADATA } from "./samples.js";

// What happens to a file while something else goes on, or after it went wrong.

/** A stream that begins, and then something happens to its dataset. */
export function streams(supports: BackendCapabilities, dtype: DataType, other: DataType): Step[] {
  const shape = [4, 2];
  const array = hardArray(dtype, shape);
  const changes: readonly (readonly Exclude<Operation, { call: "streamData" }>[])[] = [
    [store("x", hardArray(dtype, shape, 1), { by: 1 })],
    [append("x", hardArray(dtype, [1, 2]), { growDimension: 0 }, 2)],
    [append("x", hardArray(dtype, [1, 2]), { growDimension: 0, closeFile: false }, 1)],
    [{ call: "setMetadata", ...at("x", 1), metadata: { k: 1 }, options: {} }],
    [store("y", array, { by: 1 }), { call: "closeFile", by: 1, name: "" }],
    [store("x", hardArray(dtype, [2, 2]), { by: 1 })],
    ...(supports.removal
      ? [
          array,
          hardArray(other, shape),
          hardArray(dtype, [4, 2, 1]),
          hardArray(dtype, [4, 3]),
          hardArray(dtype, [2, 2]),
          hardArray(dtype, [8]),
          hardArray(dtype, [6, 2]),
        ].map((next) => [{ call: "removeData" as const, ...at("x", 1) }, store("x", next, { by: 2 })])
      : []),
    ...(supports.removal ? [[{ call: "removeData" as const, ...at("x", 2) }]] : []),
  ];
  const steps = changes.flatMap((meanwhile): Step[] => [
    ...(supports.removal ? [{ call: "removeData" as const, ...at("x") }] : []),
    supports.growableAxes === "none"
      ? store("x", array)
      : append("x", array, { growDimension: 0, ...chunksOf(shape) }),
    { call: "streamData", ...at("x"), options: { blockBytes: 1 }, meanwhile },
  ]);
  return [store("other", array), ...steps];
}

export function metadataSteps(): Step[] {
  const set = (
    metadata: Record<string, (typeof METADATA)[number]>,
    name: string,
    by: number,
    tvbSpecificMetadata?: boolean,
  ): Operation => ({
    call: "setMetadata",
    ...at(name, by),
    metadata,
    options: tvbSpecificMetadata === undefined ? {} : { tvbSpecificMetadata },
  });
  const remove = (
    key: string,
    name: string,
    options: { tvbSpecificMetadata?: boolean; checkExistence?: boolean },
  ): Operation => ({
    call: "removeMetadata",
    ...at(name),
    key,
    options,
  });
  const values = METADATA.map(
    (value, i): Step => set({ [`k${i % 5}`]: value, same: i }, ["", "g", "g/x"][i % 3] ?? "", i % 3),
  );
  return [
    set({ first: 1 }, "", 0),
    set({ placeholder: 2 }, "g/x", 1),
    ...values,
    set({ x: "plain" }, "g", 0, false),
    set({ x: "tvb" }, "g", 1, true),
    set({ TVB_: "the prefix alone" }, "g", 0, false),
    set({ TVB_: "and with it" }, "g", 1),
    remove("TVB_", "g", {}),
    remove("", "g", {}),
    remove("x", "g", {}),
    remove("x", "g", {}),
    remove("x", "g", { checkExistence: true }),
    remove("x", "g", { tvbSpecificMetadata: false }),
    remove("x", "none", { checkExistence: true }),
    ...REFUSED_METADATA.map((bad, i): Step => set({ before: 1, bad, after: 2 }, "g", i % 3)),
    { call: "getFileDataVersion", ...at("g", 1), attribute: "same" },
    { call: "getFileDataVersion", ...at("", 2), attribute: "none" },
  ];
}

/** Removal, and another node at the same path. */
export function replacements(supports: BackendCapabilities, dtype: DataType, other: DataType): Step[] {
  const remove = (name: string, by: number): Operation => ({ call: "removeData", ...at(name, by) });
  const note = (name: string, by: number): Operation => ({
    call: "setMetadata",
    ...at(name, by),
    metadata: { of: name },
    options: {},
  });
  const small = hardArray(dtype, [2]);
  const grown =
    supports.growableAxes === "none"
      ? store("a", small)
      : append("a", small, { growDimension: 0, closeFile: false }, 1);
  return [
    store("a", small),
    store("ab", small, { by: 1 }),
    store("a b", small),
    note("a", 2),
    note("ab", 1),
    store("a/x", small),
    remove("a", 1),
    store("a", hardArray(other, [2, 2]), { by: 2 }),
    remove("a", 0),
    store("a/x/y", small, { by: 1 }),
    note("a/x", 0),
    store("a", small),
    remove("a", 2),
    store("a/x", small, { by: 1 }),
    remove("a", 0),
    grown,
    remove("a", 2),
    grown,
    { call: "closeFile", by: 0, name: "" },
  ];
}

export function cancelled(dtype: DataType): Step[] {
  const [old, next] = [hardArray(dtype, [3, 2]), hardArray(dtype, [3, 2], 2)];
  const signals = ["aborted", "later"] as const;
  return [
    store("new", old, { signal: "aborted" }),
    store("new", old, { listener: "throws" }),
    store("x", old),
    ...signals.flatMap((signal): Step[] => [
      store("x", next, { signal, by: 1 }),
      blocks("x", next, [1, 1, 1], { signal }),
      { call: "getData", ...at("x", 2), options: {}, signal },
      { call: "streamData", ...at("x"), options: { blockBytes: 1 }, signal },
    ]),
    store("x", next, { listener: "throws", by: 1 }),
    blocks("x", next, [2, 1], { listener: "throws" }),
    { call: "getData", ...at("x"), options: {}, listener: "throws" },
    { call: "getData", ...at("x"), options: { selection: [RANGES.every2] }, listener: "listens" },
    { call: "streamData", ...at("x", 1), options: { blockBytes: 1 }, leaveAfter: 2 },
  ];
}
