import type { NodeInfo } from "@tvb-storage/core/arrays";
import type { DataFile } from "../data/data-file.js";
import { type AxisIndex, axisIndices, indexText } from "./index-text.js";
import type { SelectedData } from "./selected-data.js";

/** Programs that read exactly what is shown, into `data`. */
export interface CodeLines {
  readonly python: string;
  readonly javaScript: string;
}

type Shown = Pick<SelectedData, "path" | "selection"> & {
  /** A path on a disk or an address. */
  readonly location: string;
  readonly format: DataFile["format"];
  readonly node: NodeInfo;
  /** The names of the fields down to the one that is shown, of a compound type. */
  readonly field?: readonly string[] | undefined;
};

/**
 * The lines for h5py or zarr-python, and for the packages of this project.
 *
 * @throws FileStorageException a selection that does not fit the dataset.
 */
export function codeLines(shown: Shown): CodeLines {
  const indices = axisIndices(shown.selection, shown.node.shape ?? []);
  return shown.format === "HDF5"
    ? { python: h5pyLines(shown, indices), javaScript: hdf5Lines(shown, indices) }
    : { python: zarrLines(shown, indices), javaScript: zarrBackendLines(shown, indices) };
}

/** A text as a literal of Python and of JavaScript: both know all escapes of JSON. */
function literal(text: string): string {
  return JSON.stringify(text);
}

function isAddress(location: string): boolean {
  return /^https?:\/\//.test(location);
}

/** Axes that an array type adds behind those of the dataset: numpy has them in each element. */
function elementAxes({ dtype, storedType }: NodeInfo): number {
  const [, ...lists] = (storedType ?? dtype ?? "").split("array[");
  return lists.reduce((count, list) => count + (list.split("]")[0] ?? "").split(",").length, 0);
}

function h5pyLines({ path, location, node, field }: Shown, indices: readonly AxisIndex[]): string {
  const own = Math.max(0, (node.shape?.length ?? 0) - elementAxes(node));
  let read = `file[${literal(path)}]`;
  const [outer, ...inner] = field ?? [];
  if (outer !== undefined) read += `.fields(${literal(outer)})`;
  else if (node.dtype === "string") read += ".asstr()";
  read += `[${indexText(indices.slice(0, own)) || "()"}]`;
  for (const name of inner) read += `[${literal(name)}]`;
  // h5py selects elements; what is in each of them is numpy's.
  const rest = indexText([...indices.slice(own), ...missing(node, indices)]);
  if (indices.length > own) read += `[..., ${rest}]`;
  const [imports, opened] = isAddress(location)
    ? [
        "import fsspec\nimport h5py",
        `with fsspec.open(${literal(location)}, "rb") as stream, h5py.File(stream, "r") as file:`,
      ]
    : ["import h5py", `with h5py.File(${literal(location)}, "r") as file:`];
  return `${imports}\n\n${opened}\n    data = ${read}\n`;
}

/** Whole axes at the end, which numpy's `...` needs to know what comes before them. */
function missing({ shape = [] }: NodeInfo, indices: readonly AxisIndex[]): null[] {
  return Array.from({ length: Math.max(0, shape.length - indices.length) }, () => null);
}

function zarrLines({ path, location }: Shown, indices: readonly AxisIndex[]): string {
  const read = `group[${literal(path.replace(/^\//, ""))}][${indexText(indices) || "..."}]`;
  return `import zarr\n\ngroup = zarr.open_group(${literal(location)}, mode="r")\ndata = ${read}\n`;
}

/** `{ selection: [null, slice(0, 10)] }`, and whether `slice` is used. */
function readOptions(indices: readonly AxisIndex[], field: readonly string[] | undefined) {
  const entries = indices.map((index) => {
    if (index === null || typeof index === "number") return String(index);
    return `slice(${index.start}, ${index.stop}${index.step === 1 ? "" : `, ${index.step}`})`;
  });
  const options = [
    ...(entries.length === 0 ? [] : [`selection: [${entries.join(", ")}]`]),
    ...(field === undefined ? [] : [`field: ${literal(field.join("."))}`]),
  ];
  return {
    text: options.length === 0 ? "" : `, { ${options.join(", ")} }`,
    slices: entries.some((entry) => entry.startsWith("slice")),
  };
}

function imported(names: readonly string[], from: string): string {
  return `import { ${names.join(", ")} } from ${literal(from)};`;
}

/** Filters whose decoders are an entry of their own. */
const DECODERS = ["blosc", "lz4", "zstd"];

function hdf5Lines({ path, location, node, field }: Shown, indices: readonly AxisIndex[]): string {
  const { text, slices } = readOptions(indices, field);
  const decoders = DECODERS.filter((name) => node.filters?.includes(name));
  const named = [isAddress(location) ? "httpFile" : "blobFile", "open", ...(slices ? ["slice"] : [])];
  const filters =
    decoders.length === 0 ? "" : `, { filters: { ${decoders.map((name) => `...${name}`).join(", ")} } }`;
  const source = isAddress(location)
    ? `await httpFile(${literal(location)})`
    : `blobFile(await openAsBlob(${literal(location)}))`;
  return [
    ...(isAddress(location) ? [] : [imported(["openAsBlob"], "node:fs")]),
    imported(named, "@tvb-storage/hdf5"),
    ...(decoders.length === 0 ? [] : [imported(decoders, "@tvb-storage/hdf5/filters")]),
    "",
    `const file = await open(${source}${filters});`,
    `const data = await file.read(${literal(path)}${text});`,
    "",
  ].join("\n");
}

function zarrBackendLines({ path, location }: Shown, indices: readonly AxisIndex[]): string {
  const { text, slices } = readOptions(indices, undefined);
  return [
    imported(["createBackendRegistry", ...(slices ? ["slice"] : [])], "@tvb-storage/core"),
    imported(["zarrBackends"], "@tvb-storage/zarr-backend"),
    "",
    `const path = ${literal(location)};`,
    "const manager = createBackendRegistry(zarrBackends()).forPath(path).open(path);",
    `const data = await manager.getData(${literal(path)}${text});`,
    "",
  ].join("\n");
}
