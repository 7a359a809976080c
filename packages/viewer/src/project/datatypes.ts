import { elementCount } from "@tvb-storage/core/arrays";
import { identityByName } from "@tvb-storage/core/internal";
import type { FileSummary } from "../data/file-summary.js";
import type { SourceFile } from "../sources/source.js";
import { nameOfPath } from "../text/path-name.js";
import { referencesOf } from "./related.js";

/** What is known of a file: nothing but its name before it is opened. */
export type Described =
  | { readonly state: "waiting" }
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "described"; readonly summary: FileSummary };

/** A reference to another datatype, and its file where that is open. */
interface Link {
  readonly name: string;
  readonly gid: string;
  readonly file: SourceFile | undefined;
}

/** A datatype as it is listed. */
export interface Datatype {
  readonly file: SourceFile;
  readonly className: string;
  readonly gid: string | undefined;
  readonly title: string;
  /** `YYYY-MM-DD HH:MM:SS` */
  readonly created: string;
  /** Of its largest dataset: `weights 76 × 76`. */
  readonly data: string;
  readonly links: readonly Link[];
  /** Why it cannot be read. */
  readonly reason: string | undefined;
  readonly isWaiting: boolean;
}

/** `fileOf`: the open file with a GID. */
export function datatypeOf(
  file: SourceFile,
  described: Described,
  fileOf: (gid: string) => SourceFile | undefined,
): Datatype {
  const name = nameOfPath(file.path);
  const byName = identityByName(name);
  const summary = described.state === "described" ? described.summary : undefined;
  const links =
    summary === undefined ? [] : referencesOf(summary.metadata, (gid) => fileOf(gid) !== undefined);
  return {
    file,
    className: summary?.className ?? byName.class ?? name,
    gid: (summary?.gid ?? byName.gid)?.toLowerCase(),
    title: summary === undefined ? "" : titleOf(summary),
    created: summary?.created?.replace(/\.\d+$/, "") ?? "",
    data: summary === undefined ? "" : largestDataset(summary),
    links: links.map((link) => ({ ...link, file: fileOf(link.gid) })),
    reason: described.state === "failed" ? described.reason : undefined,
    isWaiting: described.state === "waiting",
  };
}

/** What the user called it; version 2 of the files has capital letters. */
export function titleOf({ metadata }: FileSummary): string {
  for (const key of ["title", "Title", "display_name", "name", "Name", "user_tag_1", "User_tag_1"]) {
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}

function largestDataset({ nodes }: FileSummary): string {
  let largest: { readonly text: string; readonly count: number } | undefined;
  for (const { kind, path, shape } of nodes) {
    if (kind !== "dataset" || shape === undefined) continue;
    const count = elementCount(shape);
    if (largest === undefined || count > largest.count)
      largest = { count, text: `${path.slice(1)} ${shape.length === 0 ? "scalar" : shape.join(" × ")}` };
  }
  return largest?.text ?? "";
}
