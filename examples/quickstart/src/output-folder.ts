import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserMistake } from "./user-mistake.js";

const MAX_RUNS_PER_SECOND = 1000;

/** Makes `<parent>/<date>T<time>`, with a number added where another run of the same second exists. */
export async function makeRunFolder(parent: string, now: Date): Promise<string> {
  await mkdir(parent, { recursive: true });
  const stamp = now.toISOString().slice(0, 19).replaceAll(":", "-");
  for (let run = 1; run <= MAX_RUNS_PER_SECOND; run++) {
    const folder = join(parent, run === 1 ? stamp : `${stamp}-${run}`);
    if (await madeNew(folder)) return folder;
  }
  throw new UserMistake(`${parent} holds ${MAX_RUNS_PER_SECOND} runs of ${stamp} already; empty it`);
}

async function madeNew(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Makes a folder that the user named.
 *
 * @throws UserMistake it is not empty, or cannot be created.
 */
export async function useFolder(folder: string): Promise<string> {
  let entries: string[];
  try {
    await mkdir(folder, { recursive: true });
    entries = await readdir(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserMistake(`cannot use the output folder ${folder}: ${reason}`, { cause: error });
  }
  if (entries.length === 0) return folder;
  throw new UserMistake(`the output folder ${folder} is not empty; name a new one`);
}
