import { readdirSync, readFileSync } from "node:fs";
import { FetchedPort } from "@tvb-storage/files/internal";
import { expect, it } from "vitest";
import { Hdf5Structure } from "../src/objects/hdf5-structure.js";
import { Hdf5File } from "../src/reader/hdf5-file.js";
import { sourcePort, stepOn } from "../src/reader/source-port.js";

// Each step that lacks a block of an asynchronous port is run again. Nothing in between may take the lack for damage:
// here nothing is fetched ahead, so that steps fail at all the places where they can.

const root = new URL("../../../fixtures/", import.meta.url);
const files = readdirSync(root, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".h5"));

function bare(bytes: Uint8Array): FetchedPort {
  const source = {
    size: bytes.length,
    async read(target: Uint8Array, position: number) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
  };
  return new FetchedPort(source, "a.h5", 0);
}

/** All that is in a file, or what is wrong with it. */
async function everything(port: FetchedPort | ReturnType<typeof sourcePort>): Promise<unknown> {
  const found = async <T>(reading: Promise<T>): Promise<T | string> =>
    reading.catch((error: unknown) => String(error));
  const structure = await found(stepOn(port, () => new Hdf5Structure(port, "a.h5")));
  if (typeof structure === "string") return structure;
  const file = new Hdf5File(structure);
  // First, while least is there: the message says what is there instead.
  const missing = [await found(file.read("/not/there")), await found(file.read("/links/not_there"))];
  const nodes = await found(file.list());
  if (typeof nodes === "string") return nodes;
  const content = nodes.map(async ({ path, kind }) => [
    path,
    await found(file.attributes(path)),
    kind === "dataset" ? await found(file.read(path)) : undefined,
  ]);
  return [nodes, missing, await Promise.all(content)];
}

it.each(files)("%s is read the same with nothing ahead", async (name) => {
  const bytes = new Uint8Array(readFileSync(new URL(name, root)));
  expect(await everything(bare(bytes))).toEqual(await everything(sourcePort(bytes, "a.h5")));
});
