import type { ErrorCode } from "@tvb-storage/errors";
import { parentOf } from "@tvb-storage/files/internal";
import { isBadName, isBadPath } from "./model-names.js";
import { type ModelTree, plainPath } from "./model-tree.js";
import {
  FILE_MODE,
  FOLDER_MODE,
  leaves,
  type Outcome,
  type Possible,
  type World,
  withFaults,
} from "./prediction.js";
import { type ProjectCall, streamText } from "./project-call.js";

type CopyCall = Extract<ProjectCall, { method: "copyFile" }>;

/** The result of `copyFile` to a stream, as `runCall` returns it. */
interface Written {
  readonly written: string;
  readonly ended: boolean;
}

const DEFAULT_BUFFER_BYTES = 2 ** 20;

/** What `copyFile` may do; `tree` stays as it is. */
export function predictCopy({ args, faults = [] }: CopyCall, tree: ModelTree, world: World): Possible[] {
  const [source, dest, settings = {}] = args;
  const { abort, listener, destPostfix, bufferSize } = settings;
  const problems: ErrorCode[] = [];
  const refuse = (wrong: boolean, code: ErrorCode = "FILE_STRUCTURE"): void => {
    if (wrong) problems.push(code);
  };
  refuse(bufferSize !== undefined && (!Number.isSafeInteger(bufferSize) || bufferSize < 1));
  refuse(destPostfix !== undefined && (typeof dest !== "string" || isBadName(destPostfix)));
  refuse(abort === "before", "FILE_STORAGE");

  const from = typeof source === "string" && !isBadPath(source) ? plainPath(source) : undefined;
  const to =
    typeof dest === "string" && !isBadPath(dest)
      ? plainPath(destPostfix === undefined ? dest : `${dest}/${destPostfix}`)
      : undefined;
  refuse(typeof source === "string" && from === undefined);
  refuse(typeof dest === "string" && to === undefined);
  for (const path of [from, to]) refuse(path !== undefined && leaves(world, tree, path));

  const read = from === undefined ? undefined : tree.at(from);
  refuse(from !== undefined && read?.kind !== "file");
  if (typeof source !== "string") {
    refuse(source.used === true);
    refuse(source.last === "fails", "FILE_STORAGE");
    refuse(source.gives.some((chunk) => typeof chunk === "object" && "odd" in chunk));
  }
  const old = to === undefined ? undefined : tree.at(to);
  refuse(old?.kind === "folder" || (old !== undefined && old === read));
  if (typeof dest !== "string") refuse(dest.used === true);

  const content = read?.kind === "file" ? read.content : typeof source === "string" ? "" : streamText(source);
  const chunks = chunkSizes(source, content.length, bufferSize);
  if (typeof dest !== "string")
    refuse(chunks.length >= (dest.failsAt ?? Number.POSITIVE_INFINITY), "FILE_STORAGE");
  // With nothing to report the listener need not be called.
  const throws = listener === "throws" && chunks.length > 0;
  refuse(throws, "FILE_STORAGE");
  const aborted = typeof abort === "number" && chunks.length > 0 && content.length >= abort;
  refuse(aborted, "FILE_STORAGE");
  // All was reported when it was aborted, so all may be done.
  const late = aborted && abort > content.length - (chunks.at(-1) ?? 0);

  const refusedAtOnce = problems.includes("FILE_STRUCTURE") || abort === "before";
  const begun = tree.clone();
  if (to !== undefined && !problems.includes("FILE_STRUCTURE")) refuse(!begin(begun, to, world));
  if (problems.length === 0) return copied();
  const alone = problems.length === 1;
  const outcome: Outcome = {
    codes: problems,
    ...(alone && (aborted || abort === "before") ? { cause: "reason of the signal" } : {}),
    ...(alone && throws ? { cause: "error of the listener" } : {}),
  };
  const refusals: Possible[] = [{ outcome, tree }];
  if (!refusedAtOnce) refusals.push({ outcome, tree: begun });
  // An object that is no chunk is found when the copy has begun.
  if (refusedAtOnce && typeof source !== "string" && to !== undefined && begin(begun, to, world))
    refusals.push({ outcome, tree: begun });
  return late ? [...refusals, ...copied()] : refusals;

  function copied(): Possible[] {
    const value: Written | undefined =
      typeof dest === "string" ? undefined : { written: content, ended: true };
    if (to === undefined) return withFaults([{ outcome: { value }, tree }], tree, faults, () => undefined);
    const after = tree.clone();
    begin(after, to, world);
    const mode =
      old?.kind === "file" ? old.mode : world.lessUmask(read?.kind === "file" ? read.mode : FILE_MODE);
    after.put(to, { kind: "file", content, mode, mtime: undefined, writtenAfter: world.now });
    return withFaults([{ outcome: { value }, tree: after }], tree, faults, (failed) =>
      begin(failed, to, world),
    );
  }
}

/** The sizes of the pieces that are copied one after the other. */
function chunkSizes(source: CopyCall["args"][0], size: number, bufferSize = DEFAULT_BUFFER_BYTES): number[] {
  if (typeof source !== "string")
    return source.gives.map((chunk) => streamText({ gives: [chunk] }).length).filter((bytes) => bytes > 0);
  if (!(bufferSize >= 1)) return [];
  return Array.from({ length: Math.ceil(size / bufferSize) }, (_, index) =>
    Math.min(bufferSize, size - index * bufferSize),
  );
}

/** What a copy does before the first byte: the folder is made, and its time may change by a temporary file. */
function begin(tree: ModelTree, to: string, world: World): boolean {
  const possible = tree.makeFolders(parentOf(to), world.lessUmask(FOLDER_MODE));
  tree.touch(parentOf(to));
  return possible;
}

/** What is wrong with the progress that a copy reported; undefined where it is right. */
export function progressProblem(
  [source, , settings = {}]: CopyCall["args"],
  size: number,
  reports: readonly (readonly [done: number, total: number])[],
): string | undefined {
  const total = typeof source === "string" ? size : 0;
  const step =
    typeof source === "string" ? (settings.bufferSize ?? DEFAULT_BUFFER_BYTES) : Number.POSITIVE_INFINITY;
  let last = 0;
  for (const [done, of] of reports) {
    if (of !== total) return `a total of ${of} instead of ${total}`;
    if (done < last || done > size) return `${done} of ${size} bytes after ${last}`;
    if (done - last > step) return `${done - last} bytes at a time with a bufferSize of ${step}`;
    last = done;
  }
  return last === size ? undefined : `${last} of ${size} bytes at the end`;
}
