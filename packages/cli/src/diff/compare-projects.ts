import { namedBackend } from "@tvb-storage/core/internal";
import { isTVBException } from "@tvb-storage/errors";
import type { Context } from "../context.js";
import { type FoundFile, walkFiles } from "../trees/walk-files.js";
import { compareBytes } from "./compare-bytes.js";
import { compareFiles, type ElementsDone } from "./compare-files.js";
import { compareXml } from "./compare-xml.js";
import type { DiffOptions } from "./diff-options.js";
import type { ReportDifference } from "./difference.js";

/** Compares two folders: files by their paths in them, data files by what is in them, XML by what it says, others by their bytes. */
export async function compareProjects(
  context: Context,
  folders: readonly [a: string, b: string],
  options: DiffOptions,
  { report, onElements }: { readonly report: ReportDifference; readonly onElements: ElementsDone },
): Promise<void> {
  const backends = await context.backends.all();
  const isData = (name: string): boolean => namedBackend(backends, name)?.supports.storedAs === "folder";
  const [left, right] = await Promise.all(
    folders.map(async (folder) => {
      const { files, closed } = await walkFiles(folder, options.signal, isData);
      for (const { path, error } of closed)
        await report({ file: path, kind: "trouble", reason: error.message });
      return new Map(files.map((file) => [file.path, file]));
    }),
  );
  if (left === undefined || right === undefined) return;
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  const total = sizeOf(left) + sizeOf(right);
  let done = 0;
  for (const file of paths) {
    const [a, b] = [left.get(file), right.get(file)];
    if (a !== undefined && b !== undefined) {
      const bytes = a.size + b.size;
      const before = done;
      await compareEntries(context, folders, [a, b], options, {
        report,
        onElements: (part, all) => onElements(before + (bytes * part) / Math.max(all, 1), total),
      });
    } else if (a !== undefined) await report({ file, kind: "onlyInA", what: entryText(a) });
    else if (b !== undefined) await report({ file, kind: "onlyInB", what: entryText(b) });
    done += (a?.size ?? 0) + (b?.size ?? 0);
    onElements(done, total);
  }
}

function sizeOf(files: ReadonlyMap<string, FoundFile>): number {
  let bytes = 0;
  for (const { size } of files.values()) bytes += size;
  return bytes;
}

function entryText({ kind, size }: FoundFile): string {
  return kind === "file" || kind === "folder" ? `${kind} of ${size} bytes` : kind;
}

async function compareEntries(
  context: Context,
  folders: readonly [a: string, b: string],
  [a, b]: readonly [FoundFile, FoundFile],
  options: DiffOptions,
  { report, onElements }: { readonly report: ReportDifference; readonly onElements: ElementsDone },
): Promise<void> {
  const file = a.path;
  if (a.kind !== b.kind) {
    await report({ file, kind: "property", property: "kind", a: a.kind, b: b.kind });
    return;
  }
  if (a.kind !== "file" && a.kind !== "folder") {
    await report({
      file,
      kind: "trouble",
      reason: `a ${a.kind === "link" ? "symbolic link" : "special file"}`,
    });
    return;
  }
  const paths = [`${folders[0]}/${file}`, `${folders[1]}/${file}`] as const;
  try {
    if (a.kind === "folder" || namedBackend(await context.backends.all(), file) !== undefined)
      await compareFiles(context, paths, "/", options, {
        report: (difference) => report({ file, ...difference }),
        onElements,
      });
    else if (file.toLowerCase().endsWith(".xml")) {
      for (const difference of await compareXml(paths)) await report({ file, ...difference });
    } else {
      const different = await compareBytes(paths, options.signal);
      if (different !== undefined) await report({ file, kind: "bytes", ...different });
    }
  } catch (error) {
    if (options.signal.aborted || !isTVBException(error)) throw error;
    await report({ file, kind: "trouble", reason: error.message });
  }
}
