import type { NodeInfo } from "@tvb-storage/core";
import Table from "cli-table3";
import type { Verdict } from "./compare-datatypes.js";
import type { ComparedFile } from "./verify.js";

const HEADINGS = ["file", "dataset", "shape", "dtype", "size", "verified"];

/** The table of what was exported, imported and compared. */
export function comparisonTable(files: readonly ComparedFile[], colours: boolean): string {
  const style = colours ? { compact: true } : { compact: true, head: [], border: [] };
  const table = new Table({ head: HEADINGS, style });
  for (const file of files) {
    table.push([shortName(file.name), "", "", "", byteSize(file.bytes), fileMark(file)]);
    for (const { node, verdict } of file.datatype?.datasets ?? []) {
      table.push(["", node.path, shapeText(node), node.dtype ?? "?", storedSize(node), mark(verdict, file)]);
    }
  }
  return table.toString();
}

/** A line for each entry of the table that is not "yes". */
export function remarks(files: readonly ComparedFile[]): string[] {
  return files.flatMap(({ name, sameBytes, datatype }) => {
    const verdicts = [datatype?.verdict, ...(datatype?.datasets ?? []).map(({ verdict }) => verdict)];
    const reasons = verdicts.flatMap((verdict) => {
      if (verdict === undefined || verdict.kind === "same") return [];
      const instead = verdict.kind === "unreadable" ? " (compared byte for byte instead)" : "";
      return [`${name}: ${verdict.reason}${instead}`];
    });
    return sameBytes ? reasons : [...reasons, `${name}: the bytes of the copy differ`];
  });
}

export function isVerified({ sameBytes, datatype }: ComparedFile): boolean {
  const verdicts = [datatype?.verdict, ...(datatype?.datasets ?? []).map(({ verdict }) => verdict)];
  return sameBytes && verdicts.every((verdict) => verdict?.kind !== "different");
}

function fileMark(file: ComparedFile): string {
  return file.datatype === undefined ? (file.sameBytes ? "yes" : "NO") : mark(file.datatype.verdict, file);
}

function mark(verdict: Verdict, { sameBytes }: ComparedFile): string {
  if (verdict.kind === "different" || !sameBytes) return "NO";
  return verdict.kind === "same" ? "yes" : "as bytes";
}

/** `Connectivity_0123abcd...` for a name that ends in 32 digits, so that the table fits a terminal. */
function shortName(name: string): string {
  return name.replace(/(_[0-9a-f]{8})[0-9a-f]{24}(?=\.)/, "$1…");
}

function shapeText({ shape, maxShape }: NodeInfo): string {
  if (shape === undefined) return "?";
  const axes = shape.map((length, axis) => (maxShape?.[axis] === null ? `${length}+` : String(length)));
  return axes.length === 0 ? "scalar" : axes.join(" × ");
}

function storedSize({ storedBytes }: NodeInfo): string {
  return storedBytes === undefined ? "" : byteSize(storedBytes);
}

/** `512 B`, `1.5 KiB`, `14.6 MiB`. */
export function byteSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${power === 0 ? amount : amount.toFixed(1)} ${units[power]}`;
}

/** The commands that show a file with h5py. */
export function pythonLines(path: string, dataset: string): string[] {
  return [
    "import h5py",
    `f = h5py.File(${JSON.stringify(path)}, "r")`,
    `print(dict(f.attrs), f[${JSON.stringify(dataset)}])`,
  ];
}
