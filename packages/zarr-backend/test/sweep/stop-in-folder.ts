import {
  createMemoryFs,
  enumerateFaults,
  type FaultEffect,
  type MemoryFileSystem,
} from "@tvb-storage/testkit";
import { expect } from "vitest";
import { ZarrStorageManager } from "../../src/index.ts";
import { CHANGES, REGION, type Scenario } from "../faults/scenarios.ts";

export const SCENARIOS: readonly Scenario[] = [...CHANGES, REGION];

const PATH = "/d/a.zarr";

const open = (fs: MemoryFileSystem, format: 2 | 3) => new ZarrStorageManager(PATH, { fs, format });

/** The files of the hierarchy, without those that only the lock has. */
function filesOf(fs: MemoryFileSystem): string[] {
  if (!fs.existsSync(PATH)) return [];
  const entries = fs.readdirSync(PATH, { recursive: true, withFileTypes: true }) as {
    isFile(): boolean;
    parentPath: string;
    name: string;
  }[]; // by its options
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .sort();
}

/** Files of a hierarchy that was written without faults, before and after a call, once the next writer has followed. */
async function cleanFiles(scenario: Scenario, format: 2 | 3): Promise<string[][]> {
  const files: string[][] = [];
  for (const isDone of [false, true]) {
    const fs = createMemoryFs({ "/d/neighbour": "" });
    await scenario.prepare(open(fs, format));
    if (isDone) await scenario.call(open(fs, format));
    await open(fs, format).setMetadata({ next: "writer" });
    files.push(filesOf(fs));
  }
  return files;
}

/** Stops a writer in a folder at each of its calls that change something; after the next writer and a sweep, no file is left over. */
export async function stopInFolder(
  format: 2 | 3,
  name: string,
  effects: readonly FaultEffect[],
): Promise<number> {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  const clean = await cleanFiles(scenario, format);
  const { points } = await enumerateFaults<MemoryFileSystem>({
    fs: async () => {
      const fs = createMemoryFs({ "/d/neighbour": "" });
      await scenario.prepare(open(fs, format));
      return fs;
    },
    effects,
    run: (fs) => scenario.call(open(fs, format)),
    check: async (fs) => {
      // The lock of the stopped writer: this process is alive.
      for (const file of fs.readdirSync("/d") as string[])
        if (file !== "neighbour" && file !== "a.zarr") fs.unlinkSync(`/d/${file}`);
      await open(fs, format).setMetadata({ next: "writer" });
      if (scenario.byRows === true) {
        // Until then its temporary files may be in use.
        await scenario.call(open(fs, format));
        await open(fs, format).completeArray("r");
      }
      const { unknown } = await open(fs, format).sweep();
      expect(unknown).toEqual([]);
      expect(clean).toContainEqual(filesOf(fs));
    },
  });
  return points;
}
