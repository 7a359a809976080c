import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect } from "vitest";
import { programOptions } from "../../../../test/support/sources.mjs";
import type { ZarrStorageManager } from "../../src/index.ts";

const source = fileURLToPath(new URL("program.ts", import.meta.url));

/** The program, as one file. */
export async function buildProgram(outfile: string): Promise<void> {
  await build({ ...programOptions, entryPoints: [source], outfile });
}

/** A hierarchy that writers are killed in. */
export interface Target {
  readonly path: string;
  readonly format: 2 | 3;
  /** Where it is not in a folder: the bucket, and how it is found. */
  readonly bucket?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** As another process opens it. */
  open(): ZarrStorageManager;
}

/** Runs the program on a hierarchy and kills it after a while; resolves to the last round that it said was done. */
function killWriter(program: string, { path, format, bucket, env }: Target, ms: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const args = [program, path, String(format), ...(bucket === undefined ? [] : [bucket])];
    const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
    const child = spawn(process.execPath, args, { stdio, env: { ...process.env, ...env } });
    let said = "";
    let errors = "";
    child.stderr.on("data", (text) => {
      errors += String(text);
    });
    child.stdout.on("data", (text) => {
      // Once it is at work.
      if (said === "") setTimeout(() => child.kill("SIGKILL"), ms);
      said += String(text);
    });
    child.on("error", reject);
    child.on("close", (_, signal) => {
      if (signal !== "SIGKILL") reject(new Error(`the writer ended by itself: ${errors}`));
      else resolve(Number(said.trimEnd().split("\n").at(-1)));
    });
  });
}

/**
 * Kills writers of one hierarchy one after the other, each at another moment. After each, all that was acknowledged is
 * there, every dataset is of one round, and so it is for a reader that looks at the nodes alone once a writer has followed.
 */
export async function killWriters(program: string, target: Target, times: number): Promise<void> {
  for (let kill = 0; kill < times; kill++) {
    const acknowledged = await killWriter(
      program,
      target,
      (kill * 7.3) % (target.bucket === undefined ? 50 : 200),
    );
    const m = target.open();
    const rows = [...(await m.getData("rows")).data];
    expect(rows.length).toBeGreaterThan(acknowledged);
    expect(rows).toEqual(rows.map((_, i) => i));
    const state = new Set(Array.from<unknown>((await m.getData("state")).data));
    expect(state.size, "elements of one round").toBe(1);
    const [round] = state;
    expect(Number(round)).toBeGreaterThanOrEqual(acknowledged);
    expect(Number((await m.getMetadata("state"))["round"])).toBeGreaterThanOrEqual(acknowledged);
    // Of what was removed nothing is left.
    expect((await m.listNodes()).map(({ path: at }) => at).filter((at) => !at.startsWith("/group"))).toEqual([
      "/rows",
      "/state",
    ]);
  }
}
