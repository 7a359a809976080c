import {
  createMemoryFs,
  enumerateFaults,
  type FaultEffect,
  type MemoryFileSystem,
  type Survival,
} from "@tvb-storage/testkit";
import { compact, HDF5StorageManager, recover } from "../../src/index.js";
import { stateOf } from "../durability/file-state.js";

const PATH = "/d/a.h5";
/** Keeps the folder where the power is cut before anything in it is synced. */
const NEIGHBOUR = "/d/neighbour";

/** A file with a hole in it, a little of each kind of content beside. */
async function fileWithHole(): Promise<Uint8Array> {
  const fs = createMemoryFs({ [NEIGHBOUR]: "" });
  const m = new HDF5StorageManager(PATH, { fs });
  await m.storeData(new Float64Array(20000), "hole");
  await m.storeData([true, false], "flags");
  await m.storeData(["a", "ü"], "group/texts");
  await m.storeData(Float64Array.from({ length: 300 }, Math.sqrt), "zipped", { compression: "gzip" });
  await m.setMetadata({ text: "x", flags: [true, false], count: 1n, ratio: 2.5 }, "flags");
  await m.removeData("hole");
  return Uint8Array.from(fs.readFileSync(PATH) as Buffer);
}

/** What was left by runs of `compact` that were hit, one for each mutating call. */
export interface CompactOutcomes {
  old: number;
  compacted: number;
}

/** Hits `compact` in each of its mutating calls, and throws where the file is not the old one or the new one then. */
export async function compactWithFaults(options: {
  readonly action: "stop" | "fail";
  readonly effects: readonly FaultEffect[];
  readonly powerLoss: readonly Survival[];
}): Promise<CompactOutcomes> {
  const old = await fileWithHole();
  const files = { [NEIGHBOUR]: "", [PATH]: old };
  const clean = createMemoryFs(files);
  const state = await stateOf(clean, PATH);
  await compact(PATH, { fs: clean });
  const { size } = clean.statSync(PATH);
  const outcomes: CompactOutcomes = { old: 0, compacted: 0 };
  await enumerateFaults<MemoryFileSystem>({
    files,
    plan: { action: options.action },
    effects: options.effects,
    powerLoss: options.powerLoss,
    run: (fs) => compact(PATH, { fs }),
    check: async (fs) => {
      const expectState = async (when: string): Promise<void> => {
        const found = await stateOf(fs, PATH);
        if (found !== state) throw new Error(`${when} there is\n${found}\nand not\n${state}`);
      };
      await expectState("afterwards");
      await recover(PATH, { fs });
      await expectState("after recovery");
      const names = fs.readdirSync("/d").map(String).sort();
      if (names.join() !== "a.h5,neighbour") throw new Error(`beside the file there is ${names.join()}`);
      const found = fs.readFileSync(PATH) as Buffer;
      if (found.equals(old)) outcomes.old += 1;
      else if (found.length === size) outcomes.compacted += 1;
      else throw new Error(`the file has ${found.length} bytes and is neither the old one nor the new one`);
    },
  });
  return outcomes;
}
