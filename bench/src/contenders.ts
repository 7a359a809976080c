import { fileURLToPath } from "node:url";
import type { BenchCase, ContenderName } from "./bench-case.js";
import { moduleOf } from "./cases/index.js";
import { floors } from "./floors/index.js";
import { pythonWith } from "./python.js";

/** A program and its arguments; the context is one more. */
export type Command = readonly [string, ...string[]];

export interface Contender {
  readonly name: ContenderName;
  /** How it is run, or why it cannot run. */
  readonly command: Command | { readonly absent: string };
}

const serve = fileURLToPath(new URL("./serve.js", import.meta.url));
const programs = fileURLToPath(new URL("./programs/", import.meta.url));
const peers = fileURLToPath(new URL("../peers/", import.meta.url));

const SCRIPTS: Partial<Record<ContenderName, readonly [script: string, needs: string]>> = {
  "h5py-original": ["h5py_original.py", "h5py"],
  "h5py-well": ["h5py_well.py", "h5py"],
  zipfile: ["zipfile_peer.py", "zipfile"],
  minidom: ["minidom_peer.py", "xml.dom.minidom"],
  zarr: ["zarr_peer.py", "zarr"],
  "zarr-consolidated": ["zarr_consolidated.py", "zarr"],
};

const PROGRAMS = ["programs.py", "h5py"] as const;

/** All contenders of a case: ours first, then the peers. */
export function contendersOf(one: BenchCase): Contender[] {
  const python = one.python.map((name): Contender => ({ name, command: pythonCommand(one, name) }));
  if ("program" in one) {
    const program = (name: "ours" | "floor"): Contender => ({
      name,
      command: [process.execPath, `${programs}${name === "ours" ? one.program : "floor"}.js`],
    });
    return [program("ours"), ...python, program("floor")];
  }
  const node = (name: ContenderName): Contender => ({ name, command: nodeCommand(one, name) });
  return [
    node("ours"),
    ...python,
    ...(floors[one.name] === undefined ? [] : [node("floor")]),
    ...(one.h5wasm === undefined ? [] : [node("h5wasm")]),
  ];
}

export function nodeCommand(one: BenchCase, name: ContenderName | "setup"): Command {
  return [process.execPath, serve, moduleOf(one), one.name, name];
}

function pythonCommand(one: BenchCase, name: ContenderName): Contender["command"] {
  const script = "program" in one ? PROGRAMS : SCRIPTS[name];
  if (script === undefined) throw new Error(`${name} is no Python peer`);
  const [file, needs] = script;
  const python = pythonWith(needs);
  if (python === undefined) return { absent: `no Python with ${needs}` };
  return [python, `${peers}${file}`, "program" in one ? one.program : one.name];
}
