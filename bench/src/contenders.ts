import { fileURLToPath } from "node:url";
import { pythonWith as pythonOnPath } from "../../scripts/programs.mjs";
import type { BenchCase, ContenderName } from "./bench-case.js";
import { PeerProcess } from "./peer-process.js";

export interface Contender {
  readonly name: ContenderName;
  /** How it is run, or why it cannot run. */
  readonly command: readonly [string, ...string[]] | { readonly absent: string };
}

const serve = fileURLToPath(new URL("./serve.js", import.meta.url));
const peers = fileURLToPath(new URL("../peers/", import.meta.url));

const SCRIPTS: Partial<Record<ContenderName, readonly [script: string, needs: string]>> = {
  "h5py-original": ["h5py_original.py", "h5py"],
  "h5py-well": ["h5py_well.py", "h5py"],
  zipfile: ["zipfile_peer.py", "zipfile"],
  minidom: ["minidom_peer.py", "xml.dom.minidom"],
};

/** All contenders of a case: ours first, then the peers. */
export function contendersOf(one: BenchCase): Contender[] {
  const here: ContenderName[] = ["ours"];
  if (one.floor !== undefined) here.push("floor");
  if (one.h5wasm !== undefined) here.push("h5wasm");
  const [ours, ...others] = here.map((name): Contender => ({ name, command: nodeCommand(one, name) }));
  const python = one.python.map((name): Contender => ({ name, command: pythonCommand(one, name) }));
  return ours === undefined ? [] : [ours, ...python, ...others];
}

export function nodeCommand(one: BenchCase, name: ContenderName | "setup"): [string, ...string[]] {
  return [process.execPath, serve, one.name, name];
}

function pythonCommand(one: BenchCase, name: ContenderName): Contender["command"] {
  const script = SCRIPTS[name];
  if (script === undefined) throw new Error(`${name} is no Python peer`);
  const [file, needs] = script;
  const python = pythonWith(needs);
  return python === undefined ? { absent: `no Python with ${needs}` } : [python, `${peers}${file}`, one.name];
}

const found = new Map<string, string | undefined>();

/** The first Python on PATH that can import `module`. */
export function pythonWith(module: string): string | undefined {
  if (!found.has(module)) found.set(module, pythonOnPath(module));
  return found.get(module);
}

export function startContender(command: readonly [string, ...string[]], context: object): PeerProcess {
  const [program, ...args] = command;
  return new PeerProcess(program, [...args, JSON.stringify(context)]);
}
