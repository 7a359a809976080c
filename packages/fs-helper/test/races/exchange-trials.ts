import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import nodeFs from "node:fs";
import type { FilesHelper } from "../../src/index.js";

const FOLDERS = ["", "/a", "/a/b", "/a/b/c", "/d"];
const FILES = 10;

/** Exchanges folders of the operation for links that lead outside, and back, as fast as it can. */
const ATTACKER = `
import { renameSync, symlinkSync, unlinkSync } from "node:fs";
const [root] = process.argv.slice(2);
const attempt = (step) => { try { step(); return true; } catch { return false; } };
process.stdout.write("ready\\n");
for (let turn = 0; ; turn++) {
  for (const folder of ${JSON.stringify(FOLDERS.filter((folder) => folder !== ""))}) {
    const path = root + "/storage/PROJECTS/P/1" + folder;
    if (!attempt(() => renameSync(path, root + "/aside"))) continue;
    attempt(() => symlinkSync(root + "/outside" + folder, path));
    for (let spin = 0; spin < 3000 * (turn % 5); spin++);
    attempt(() => unlinkSync(path));
    attempt(() => renameSync(root + "/aside", path));
  }
}
`;

function fill(folder: string): void {
  for (const inner of FOLDERS) {
    nodeFs.mkdirSync(folder + inner, { recursive: true });
    for (let file = 0; file < FILES; file++) nodeFs.writeFileSync(`${folder}${inner}/${file}.h5`, folder);
  }
}

function countFiles(folder: string): number {
  if (!nodeFs.existsSync(folder)) return 0;
  return nodeFs
    .readdirSync(folder, { withFileTypes: true })
    .reduce((sum, entry) => sum + (entry.isDirectory() ? countFiles(`${folder}/${entry.name}`) : 1), 0);
}

async function started(script: string, root: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, root], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

export interface ExchangeTrials {
  trials: number;
  /** Trials in which something outside of the storage root was removed. */
  outside: number;
  /** The most files that were removed there in one trial. */
  most: number;
  /** Trials in which the call succeeded. */
  succeeded: number;
}

/** Removes an operation's folder whose folders another process exchanges for links all the while. */
export async function exchangeTrials(
  folder: string,
  trials: number,
  Helper: typeof FilesHelper,
): Promise<ExchangeTrials> {
  const result: ExchangeTrials = { trials, outside: 0, most: 0, succeeded: 0 };
  const script = `${folder}/attacker.mjs`;
  nodeFs.writeFileSync(script, ATTACKER);
  for (let trial = 0; trial < trials; trial++) {
    const root = `${folder}/${trial}`;
    const operation = `${root}/storage/PROJECTS/P/1`;
    fill(operation);
    fill(`${root}/outside`);
    const before = countFiles(`${root}/outside`);
    const attacker = await started(script, root);
    try {
      const helper = new Helper({ storageRoot: `${root}/storage` });
      await helper.removeOperationData("P", 1).then(
        () => {
          result.succeeded += 1;
        },
        () => undefined,
      );
    } finally {
      const closed = once(attacker, "close");
      attacker.kill("SIGKILL");
      await closed;
    }
    const removed = before - countFiles(`${root}/outside`);
    if (removed !== 0) result.outside += 1;
    result.most = Math.max(result.most, removed);
    nodeFs.rmSync(root, { recursive: true, force: true });
  }
  return result;
}
