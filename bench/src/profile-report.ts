import { mkdirSync, readFileSync } from "node:fs";
import type { CallCase } from "./bench-case.js";
import { withFolders } from "./case-folders.js";
import { nodeCommand } from "./contenders.js";
import { PeerProcess } from "./peer-process.js";
import { type FunctionTime, type ProfileSummary, summarise } from "./profile-summary.js";

const WARM_UPS = 3;

export interface CaseProfile {
  readonly file: string;
  readonly summary: ProfileSummary;
  /** Calls of the file system and bytes, of one run. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Profiles one warm run of ours into `folder`, and counts the file system's calls in another one. */
export async function profileCase(one: CallCase, quick: boolean, folder: string): Promise<CaseProfile> {
  mkdirSync(folder, { recursive: true });
  return withFolders(one, quick, async (folders) => {
    const ours = new PeerProcess(nodeCommand(one, "ours"), folders.context("ours"));
    try {
      for (let i = 0; i < Math.min(WARM_UPS, one.rounds - 2); i++) {
        await ours.ask("prepare");
        await ours.ask("run");
        await ours.ask("check");
      }
      const file = `${folder}/${one.name}.cpuprofile`;
      await ours.ask("profile", { file });
      const counts = await ours.ask("count");
      return { file, summary: summarise(readFileSync(file, "utf8")), counts };
    } finally {
      await ours.end();
    }
  });
}

export function profileText(one: CallCase, { counts, summary }: CaseProfile): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const lines = (times: readonly FunctionTime[]) =>
    times.map(({ where, percent }) => `- ${percent.toFixed(1).padStart(5)} % ${where}`);
  return [
    `## ${one.title} (${one.name})`,
    "",
    `File system, one run: ${sorted.map(([name, value]) => `${name} ${value.toLocaleString("en")}`).join(", ")}`,
    "",
    "In the function itself:",
    "",
    ...lines(summary.self),
    "",
    "With what it called:",
    "",
    ...lines(summary.total),
    "",
  ].join("\n");
}
