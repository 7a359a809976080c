import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { BenchCase, Sizes } from "./bench-case.js";
import { nodeCommand } from "./contenders.js";

/** The folders of a case, and its contenders' context. */
export interface CaseFolders {
  readonly root: string;
  context(contender: string): { size: Sizes; folder: string; shared: string };
}

/** Creates a temporary folder with the files of the case, calls `work`, and removes the folder. */
export async function withFolders<T>(
  one: BenchCase,
  quick: boolean,
  work: (folders: CaseFolders) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(`${tmpdir()}/tvb-bench-`);
  const remove = () => rmSync(root, { recursive: true, force: true });
  process.once("exit", remove); // for a run that is stopped: see main.ts
  try {
    const shared = `${root}/shared`;
    mkdirSync(shared);
    const folders: CaseFolders = {
      root,
      context: (contender) => {
        const folder = `${root}/${contender}`;
        mkdirSync(folder, { recursive: true });
        return { size: quick ? one.quick : one.full, folder, shared };
      },
    };
    setUp(one, folders);
    return await work(folders);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** In a separate process, so that its memory is not counted. */
function setUp(one: BenchCase, folders: CaseFolders): void {
  const [program, ...args] = nodeCommand(one, "setup");
  const context = JSON.stringify(folders.context("setup"));
  const { status, stderr } = spawnSync(program, [...args, context], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${one.name}: setup failed: ${stderr}`);
}
