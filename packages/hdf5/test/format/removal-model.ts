import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { AttributeEditor } from "../../src/edits/attribute-editor.js";
import { createGroupObject, insertLink } from "../../src/edits/insert-link.js";
import { removeAttribute } from "../../src/edits/remove-attribute.js";
import { shrinkEnd } from "../../src/edits/shrink-end.js";
import { StructureFile } from "../../src/headers/structure-file.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { verify } from "../../src/reader/hdf5-file.js";
import type { H5pyWorker } from "./h5py-worker.js";
import { MemoryPort } from "./memory-port.js";
import { removeExisting } from "./remove-existing.js";

/** Every way in which a group keeps its links: lowest and highest version, creation order tracked. */
export const STYLES = [
  ["earliest", "v108", false],
  ["earliest", "v108", true],
  ["v108", "v110", false],
  ["v108", "v110", true],
  ["latest", "latest", false],
  ["latest", "latest", true],
] as const;

export interface Removals {
  readonly low: string;
  readonly high: string;
  readonly track: boolean;
  /** Links (and attributes) to begin with. */
  readonly count: number;
  readonly seed: number;
  readonly rounds: number;
}

/** A small deterministic generator of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** Of the names, those that the worker makes hard links to /kept. */
function hardLinksToKept(names: Iterable<string>): number {
  const kind = (name: string) => [...name].reduce((sum, character) => sum + character.charCodeAt(0), 0) % 5;
  return [...names].filter((name) => !name.startsWith("o") && kind(name) === 2).length;
}

/** Names of what we insert: short ones, and some of many bytes. */
function newNames(random: () => number, round: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) =>
      `o${"ä".repeat(Math.floor(120 * random() ** 6))}${Math.floor(1000 * random())}-${round}-${index}`,
  );
}

function take<T>(random: () => number, list: T[], count: number): T[] {
  const taken: T[] = [];
  for (let index = 0; index < count && list.length > 0; index += 1) {
    taken.push(...list.splice(Math.floor(random() * list.length), 1));
  }
  return taken;
}

/**
 * Removes and inserts links with our editors, then adds and deletes some with h5py, round by
 * round; after each step h5py must see exactly the links of the model, every one
 * of them readable, in their order of creation, and the other content untouched.
 */
export async function runRemovals(worker: H5pyWorker, path: string, removals: Removals): Promise<void> {
  const { low, high, track, count, seed, rounds } = removals;
  const random = seeded(seed);
  await worker.call("create", path, low, high, track, count, 4);
  let model = Array.from({ length: count }, (_, index) => `n${index}`);
  /** The tools are slow to start: they judge our edits, not h5py's. */
  const check = async (edited = true) => {
    const look = await worker.look(path);
    expect([...look.names].sort()).toEqual([...model].sort());
    expect(look.count).toBe(model.length);
    if (track) expect(look.ordered).toEqual(model);
    expect(look.kept).toBe(1 + hardLinksToKept(model));
    expect(look.attributes).toEqual({ a0: 0, a1: 1, a2: 2, a3: 3 });
    if (edited) expect(await worker.call("tools", path)).toBe("");
  };
  for (let round = 0; round < rounds; round += 1) {
    const port = new MemoryPort(new Uint8Array(readFileSync(path)));
    const structure = new Hdf5Structure(port);
    const group = structure.resolve("/group")?.address ?? -1;
    const share = [0.3, 0.9, 0.1, 0.5][round % 4] ?? 0;
    const gone = take(random, [...model], Math.ceil(model.length * share));
    const freed = gone.flatMap((name) => removeExisting(port, group, name).freed);
    shrinkEnd(port, freed);
    model = model.filter((name) => !gone.includes(name));
    const file = new StructureFile(port);
    const inserted = newNames(random, round, Math.ceil(count * random()));
    for (const name of inserted)
      expect(insertLink(file, group, name, () => createGroupObject(file))).toBe(true);
    file.space.save();
    model.push(...inserted);
    expect(structure.links(group).map((link) => link.name)).toEqual([...model].sort());
    expect(await verify(port.bytes.slice())).toEqual([]);
    writeFileSync(path, port.bytes);
    await check();
    const added = Array.from(
      { length: Math.ceil((count * random()) / 2) },
      (_, index) => `r${round}-${index}`,
    );
    await worker.call("add", path, added, low, high);
    model.push(...added);
    const deleted = take(random, [...model], Math.floor(model.length * 0.2));
    await worker.call("delete", path, deleted, low, high);
    model = model.filter((name) => !deleted.includes(name));
    await check(false);
  }
}

/** The same for attributes: `size` int64 elements each. */
export async function runAttributeRemovals(
  worker: H5pyWorker,
  path: string,
  removals: Removals & { readonly size: number },
): Promise<void> {
  const { low, high, track, count, seed, rounds, size } = removals;
  const random = seeded(seed);
  await worker.call("create", path, low, high, track, 3, 0);
  let model = Array.from({ length: count }, (_, index) => `n${index}`);
  await worker.call("add_attributes", path, model, size);
  const sum = (size * (size - 1)) / 2;
  const check = async (edited = true) => {
    const look = await worker.look(path);
    expect(look.attributes).toEqual(Object.fromEntries(model.map((name) => [name, sum])));
    if (track) expect(Object.keys(look.attributes)).toEqual(model);
    expect(look.count).toBe(3);
    if (edited) expect(await worker.call("tools", path)).toBe("");
  };
  for (let round = 0; round < rounds; round += 1) {
    const port = new MemoryPort(new Uint8Array(readFileSync(path)));
    const group = new Hdf5Structure(port).resolve("/group")?.address ?? -1;
    const share = [0.3, 0.9, 0.1, 1][round % 4] ?? 0;
    const gone = take(random, [...model], Math.ceil(model.length * share));
    const freed = gone.flatMap((name) => removeAttribute(port, group, name));
    shrinkEnd(port, freed);
    model = model.filter((name) => !gone.includes(name));
    const file = new StructureFile(port);
    const inserted = newNames(random, round, Math.ceil(count * random()));
    const value = {
      dtype: "int64",
      shape: [size],
      data: BigInt64Array.from({ length: size }, (_, at) => BigInt(at)),
    } as const;
    for (const name of inserted)
      expect(AttributeEditor.set(file, group, new Map([[name, value]]))).toBe(true);
    file.space.save();
    model.push(...inserted);
    expect(await verify(port.bytes.slice())).toEqual([]);
    writeFileSync(path, port.bytes);
    await check();
    const added = Array.from(
      { length: Math.ceil((count * random()) / 2) },
      (_, index) => `r${round}-${index}`,
    );
    await worker.call("add_attributes", path, added, size);
    model.push(...added);
    const deleted = take(random, [...model], Math.floor(model.length * 0.2));
    await worker.call("delete_attributes", path, deleted);
    model = model.filter((name) => !deleted.includes(name));
    await check(false);
  }
}
