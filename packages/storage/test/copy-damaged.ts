import fs from "node:fs";
import { isTVBException } from "@tvb-storage/errors";
import { HDF5StorageManager, verify } from "@tvb-storage/h5-backend";
import { createMemoryFs, seededRandom } from "@tvb-storage/testkit";
import { expect } from "vitest";
import { FIXTURES } from "../../../test/support/h5py.js";
import { copyStorage } from "../src/index.js";

export const SMALL = ["small-earliest.h5", "small-v110.h5", "small-latest.h5"];

/** Copies a file with some bytes changed; what is left must be sound whatever comes of it. */
async function copyDamaged(bytes: Uint8Array): Promise<"copied" | "refused"> {
  const on = createMemoryFs({ "/a.h5": bytes });
  const target = new HDF5StorageManager("/b.h5", { fs: on });
  await target.storeData([1, 2], "mine");
  const before = new Uint8Array(on.readFileSync("/b.h5") as Uint8Array);
  try {
    await copyStorage(new HDF5StorageManager("/a.h5", { fs: on }), target, { to: "copy" });
  } catch (error) {
    if (!isTVBException(error)) throw error;
    expect(new Uint8Array(on.readFileSync("/b.h5") as Uint8Array)).toEqual(before);
    return "refused";
  }
  // What is damaged within chunks is copied as it is.
  const problems = await verify("/b.h5", { fs: on });
  expect(problems.filter(({ path }) => !path.startsWith("/copy/"))).toEqual([]);
  expect((await target.getData("mine")).data).toEqual(Float64Array.of(1, 2));
  await target.listNodes();
  return "copied";
}

/** Copies a fixture in which bytes are changed at random, another time in each trial; how often something was copied. */
export async function copyChanged(name: string, trials: number, seed: number): Promise<number> {
  const original = new Uint8Array(fs.readFileSync(`${FIXTURES}/${name}`));
  const random = seededRandom(seed);
  let copied = 0;
  for (let trial = 0; trial < trials; trial++) {
    const bytes = original.slice();
    for (let changed = 0; changed < 1 + (trial % 4); changed++)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    if ((await copyDamaged(bytes)) === "copied") copied += 1;
  }
  return copied;
}

/** Copies a fixture that is cut short, at each multiple of `step` bytes. */
export async function copyCut(name: string, step: number): Promise<void> {
  const original = new Uint8Array(fs.readFileSync(`${FIXTURES}/${name}`));
  for (let length = 0; length < original.length; length += step)
    await copyDamaged(original.subarray(0, length));
}
