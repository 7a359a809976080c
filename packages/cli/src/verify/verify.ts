import { isTVBException } from "@tvb-storage/errors";
import type { LongOptions } from "@tvb-storage/files";
import type { Context } from "../context.js";
import { EXIT } from "../exit-status.js";
import { inCommandWords } from "../options/in-command-words.js";
import { jsonText } from "../terminal/json-text.js";
import { printable } from "../terminal/printable.js";
import { withProgress } from "../terminal/progress.js";
import { type CollectedFile, collectFiles } from "../trees/collect-files.js";
import { countText } from "../trees/count-text.js";
import { forEachFile } from "../trees/for-each-file.js";
import { withoutPath } from "../trees/without-path.js";
import type { Finding } from "./finding.js";
import { verifyFile } from "./verify-file.js";

/** What was found about one file. */
interface Verified {
  readonly file: string;
  readonly state: "sound" | "damaged" | "unjudged" | "unopened";
  readonly findings: readonly Finding[];
  /** Why it could not be opened. */
  readonly reason?: string;
}

export interface VerifyFlags {
  readonly json?: boolean;
}

export async function verifyPaths(
  context: Context,
  paths: readonly string[],
  flags: VerifyFlags,
): Promise<void> {
  const { terminal } = context;
  const { signal } = terminal;
  const { files, unopened, others } = await collectFiles(paths, ["hdf5", "zarr", "zip", "xml"], signal);
  const verified: Verified[] = unopened.map(({ path, error }) => unopenedFile(path, error));
  await withProgress(terminal, "verifying", (onProgress) =>
    forEachFile(files, { signal, onProgress }, async (file, progress) => {
      verified.push(await verifyOne(context, file, { signal, onProgress: progress }));
    }),
  );
  verified.sort((a, b) => (a.file < b.file ? -1 : 1));
  const count = (state: Verified["state"]) => verified.filter((each) => each.state === state).length;
  const summary = {
    files: verified.length,
    sound: count("sound"),
    damaged: count("damaged"),
    unjudged: count("unjudged"),
    unopened: count("unopened"),
    others,
  };
  if (flags.json === true) await context.print(jsonText({ ...summary, results: verified }));
  else {
    for (const each of verified) for (const line of verifiedLines(context, each)) await context.print(line);
    await context.print(summaryText(summary));
  }
  context.answer(summary.unopened > 0 ? EXIT.failed : summary.damaged > 0 ? EXIT.no : EXIT.ok);
}

function unopenedFile(file: string, error: Error): Verified {
  return { file, state: "unopened", findings: [], reason: inCommandWords(error.message) };
}

async function verifyOne(context: Context, file: CollectedFile, options: LongOptions): Promise<Verified> {
  try {
    const findings = (await verifyFile(context, file, options)).map((finding) => ({
      ...finding,
      problem: inCommandWords(finding.problem),
    }));
    const damaged = findings.some(({ kind }) => kind === "damage");
    const state = damaged ? "damaged" : findings.length > 0 ? "unjudged" : "sound";
    return { file: file.path, state, findings };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isTVBException(error)) throw error;
    return unopenedFile(file.path, error);
  }
}

function verifiedLines({ colours }: Context, { file, findings, reason }: Verified): string[] {
  if (reason !== undefined) return [`${colours.red("unopened")}  ${aboutFile(file, undefined, reason)}`];
  return findings.map(({ kind, node, problem }) => {
    const label = kind === "damage" ? colours.red("damage  ") : colours.yellow("unjudged");
    return `${label}  ${aboutFile(file, node, problem)}`;
  });
}

function aboutFile(file: string, node: string | undefined, problem: string): string {
  return printable(`${file}: ${node === undefined ? "" : `${node}: `}${withoutPath(problem, file)}`);
}

function summaryText(
  summary: Readonly<Record<"files" | "sound" | "damaged" | "unjudged" | "unopened" | "others", number>>,
): string {
  const { files, sound, damaged, unjudged, unopened, others } = summary;
  const parts = [`${sound} sound`];
  if (damaged > 0) parts.push(`${damaged} damaged`);
  if (unjudged > 0) parts.push(`${unjudged} with parts that cannot be judged`);
  if (unopened > 0) parts.push(`${unopened} not opened`);
  const ignored = others > 0 ? `; ${countText(others, "other file")} not looked at` : "";
  return `${countText(files, "file")}: ${parts.join(", ")}${ignored}`;
}
