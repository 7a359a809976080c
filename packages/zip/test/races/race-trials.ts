import nodeFs from "node:fs";
import { TvbZip } from "../../src/index.js";
import { rawZip } from "../support/raw-zip.js";
import { harvest } from "../support/world.js";
import { start } from "./unpack-program.js";

const NAMES = [
  ...Array.from({ length: 30 }, (_, i) => `d/${i}`),
  ...Array.from({ length: 30 }, (_, i) => `d/e/${i}`),
  ...Array.from({ length: 10 }, (_, i) => `n/m/${i}`),
];

function archiveOf(content: string): Buffer {
  return rawZip(NAMES.map((name) => ({ name, data: content, mode: 0o100600 })));
}

/** Exchanges the folders of the target, and of what is being unpacked, for links that lead outside, and back. */
const SWAPPER = `
import { readdirSync, renameSync, symlinkSync, unlinkSync } from "node:fs";
const [root] = process.argv.slice(2);
const attempt = (step) => { try { step(); return true; } catch { return false; } };
process.stdout.write("ready\\n");
for (let turn = 0; ; turn++) {
  const staging = readdirSync(root).concat(readdirSync(root + "/out")).filter((name) => name.endsWith(".tmp"));
  const bases = ["out", ...staging, ...staging.map((name) => "out/" + name)];
  const folders = bases.flatMap((base) => [base + "/d", base + "/d/e", base + "/n"]);
  if (turn % 4 === 3) folders.push(...staging);
  for (const folder of folders) {
    const path = root + "/" + folder;
    if (!attempt(() => renameSync(path, root + "/aside"))) continue;
    attempt(() => symlinkSync(root + "/outside", path));
    for (let spin = 0; spin < 2000 * (turn % 5); spin++);
    attempt(() => unlinkSync(path));
    attempt(() => renameSync(root + "/aside", path));
  }
}
`;

/** Makes files where the archive has some, never over one that is there, and says which. */
const OTHER = `
import { closeSync, openSync, writeSync } from "node:fs";
const [folder, names] = process.argv.slice(2);
process.stdout.write("ready\\n");
for (let turn = 0; turn < 400; turn++) {
  for (const name of [].concat(JSON.parse(names)).sort(() => Math.random() - 0.5)) {
    if (Math.random() > 0.01) continue;
    let fd;
    try { fd = openSync(folder + "/" + name, "wx"); } catch { continue; }
    writeSync(fd, "theirs");
    closeSync(fd);
    process.stdout.write(name + "\\n");
  }
}
`;

function fresh(root: string): void {
  for (const name of nodeFs.readdirSync(root))
    if (!name.endsWith(".mjs")) nodeFs.rmSync(`${root}/${name}`, { recursive: true, force: true });
  nodeFs.mkdirSync(`${root}/out/d/e`, { recursive: true });
  nodeFs.writeFileSync(`${root}/out/d/e/mine`, "mine");
  nodeFs.mkdirSync(`${root}/outside/e`, { recursive: true });
  nodeFs.mkdirSync(`${root}/outside/m`, { recursive: true });
  nodeFs.writeFileSync(`${root}/a.zip`, archiveOf("ours"));
  nodeFs.writeFileSync(`${root}/b.zip`, archiveOf("b"));
}

async function unpack(root: string): Promise<boolean> {
  const zip = await TvbZip.open(`${root}/a.zip`, "r");
  try {
    await zip.unpackZip(`${root}/out`);
    return true;
  } catch {
    return false;
  } finally {
    await zip.close();
  }
}

export interface SwapTrials {
  trials: number;
  /** Trials in which something came to be, or changed, outside. */
  outside: number;
  /** Of which the unpacking succeeded all the same. */
  succeeded: number;
}

/** Unpacks into a filled folder whose folders are exchanged for links all the while. */
export async function swapTrials(root: string, trials: number): Promise<SwapTrials> {
  const result: SwapTrials = { trials, outside: 0, succeeded: 0 };
  nodeFs.writeFileSync(`${root}/swapper.mjs`, SWAPPER);
  for (let trial = 0; trial < trials; trial++) {
    fresh(root);
    const swapper = start(`${root}/swapper.mjs`, [root]);
    await swapper.line();
    if (await unpack(root)) result.succeeded += 1;
    await swapper.end("SIGKILL");
    const found = harvest(nodeFs, `${root}/outside`);
    if (Object.keys(found).some((name) => name !== "e/" && name !== "m/")) result.outside += 1;
  }
  return result;
}

export interface OtherTrials {
  trials: number;
  /** Files that the other program made. */
  theirs: number;
  /** Of which these were removed or replaced. */
  lost: number;
  succeeded: number;
}

/** Unpacks without `overwrite` while another program makes files of the same names. */
export async function otherTrials(root: string, trials: number): Promise<OtherTrials> {
  const result: OtherTrials = { trials, theirs: 0, lost: 0, succeeded: 0 };
  nodeFs.writeFileSync(`${root}/other.mjs`, OTHER);
  for (let trial = 0; trial < trials; trial++) {
    fresh(root);
    const other = start(`${root}/other.mjs`, [`${root}/out`, JSON.stringify(NAMES)]);
    await other.line();
    if (await unpack(root)) result.succeeded += 1;
    const made = await other.end("SIGTERM");
    result.theirs += made.length;
    for (const name of made) {
      const path = `${root}/out/${name}`;
      if (!nodeFs.existsSync(path) || nodeFs.readFileSync(path, "utf8") !== "theirs") result.lost += 1;
    }
  }
  return result;
}

export interface TwoTrials {
  trials: number;
  /** Trials in which both unpackings succeeded. */
  both: number;
  one: number;
  /** Trials in which files are of an unpacking that did not succeed, or missing of one that did. */
  mixed: number;
}

/** Two processes unpack different archives of the same names into one folder. */
export async function twoTrials(root: string, program: string, trials: number): Promise<TwoTrials> {
  const result: TwoTrials = { trials, both: 0, one: 0, mixed: 0 };
  const two = [start(program, []), start(program, [])];
  await Promise.all(two.map((one) => one.line()));
  for (let trial = 0; trial < trials; trial++) {
    fresh(root);
    for (const [index, one] of two.entries())
      one.say(JSON.stringify([`${root}/${index === 0 ? "a" : "b"}.zip`, `${root}/out`]));
    const outcomes = await Promise.all(two.map((one) => one.line()));
    const succeeded = outcomes.map((outcome) => outcome === "done");
    if (succeeded[0] && succeeded[1]) result.both += 1;
    else if (succeeded[0] || succeeded[1]) result.one += 1;
    const content = succeeded[0] ? "ours" : succeeded[1] ? "b" : undefined;
    const { "d/e/mine": mine, ...found } = harvest(nodeFs, `${root}/out`);
    const expected = content === undefined ? {} : Object.fromEntries(NAMES.map((name) => [name, content]));
    const same =
      mine === "mine" &&
      Object.keys(found).length === Object.keys(expected).length &&
      Object.entries(expected).every(([name, text]) => found[name] === text);
    if (!same) result.mixed += 1;
  }
  for (const one of two) await one.end("SIGTERM");
  return result;
}
