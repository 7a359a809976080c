import { isTVBException } from "@tvb-storage/errors";
import { createMemoryFs } from "@tvb-storage/testkit";
import fc from "fast-check";
import { TvbZip } from "../../src/index.js";
import { rawZip } from "./raw-zip.js";
import { harvest, plant, type World } from "./world.js";

/** Long runs and short ones check the same, with the same seed. */
export const SEED = 20_240_607;

function memory(): World["fs"] {
  return createMemoryFs({ "/w/.keep": "" }) as unknown as World["fs"]; // it has all that the tests call
}

const part = fc.oneof(
  fc.constantFrom("a", "b", "100%", "Project.xml", "脑", "é", ".hidden", "..."),
  fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .filter((text) => !/^\.\.?$|[\\/\0]|^[A-Za-z]:/.test(text)),
);

/** Trees whose names no disk takes for one another. */
export const trees = fc
  .dictionary(
    fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
    fc.uint8Array({ maxLength: 3000 }),
    { maxKeys: 12, noNullPrototype: true },
  )
  .filter((tree) => {
    const seen = new Map<string, string>();
    for (const path of Object.keys(tree)) {
      for (
        let parts = path.split("/"), own = true;
        parts.length > 0;
        parts = parts.slice(0, -1), own = false
      ) {
        const place = (own ? "file " : "folder ") + parts.join("/");
        const key = parts.join("/").normalize("NFC").toUpperCase().toLowerCase();
        if ((seen.get(key) ?? place) !== place) return false;
        seen.set(key, place);
      }
    }
    return true;
  });

/** Packs a tree and unpacks it again. */
export async function roundTrip(
  tree: Record<string, Uint8Array>,
  level: number,
): Promise<Record<string, string>> {
  const fs = memory();
  plant({ fs, root: "/w/src" }, tree);
  fs.mkdirSync("/w/src", { recursive: true });
  const writing = await TvbZip.open("/w/a.zip", "w", { fs, level });
  await writing.writeZipFolder("/w/src");
  await writing.close();
  const reading = await TvbZip.open("/w/a.zip", "r", { fs });
  await reading.unpackZip("/w/out");
  await reading.close();
  return harvest(fs, "/w/out");
}

const honest = rawZip([
  { name: "Project.xml", data: "<tvb_data/>".repeat(20) },
  { name: "1/", data: "" },
  { name: "1/x.h5", data: Buffer.from("stored"), method: 0 },
  { name: "1/für.h5", data: Buffer.alloc(2000) },
]);
export const HONEST_BYTES = honest.length;

/** Some bytes replaced, some taken out, some repeated. */
export const damages = fc.array(
  fc.record({
    kind: fc.constantFrom("set", "set", "set", "cut", "repeat"),
    at: fc.nat(HONEST_BYTES - 1),
    value: fc.oneof(fc.constantFrom(0, 1, 0x2e, 0x2f, 0x5c, 0xff), fc.nat(255)),
    length: fc.integer({ min: 1, max: 60 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function damaged(steps: readonly { kind: string; at: number; value: number; length: number }[]): Buffer {
  let bytes = Buffer.from(honest);
  for (const { kind, at, value, length } of steps) {
    if (at >= bytes.length) continue;
    if (kind === "set") bytes[at] = value;
    else if (kind === "cut") bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
  }
  return bytes;
}

/**
 * Unpacks a damaged archive. Throws unless it is refused with our exception and
 * leaves nothing, or everything that came out is beneath the folder.
 */
export async function survives(steps: Parameters<typeof damaged>[0]): Promise<"refused" | "unpacked"> {
  const fs = memory();
  fs.writeFileSync("/w/a.zip", damaged(steps));
  const before = harvest(fs, "/");
  try {
    await using zip = await TvbZip.open("/w/a.zip", "r", { fs });
    await zip.unpackZip("/w/x/out");
  } catch (error) {
    if (!isTVBException(error)) throw error;
    if (JSON.stringify(harvest(fs, "/")) !== JSON.stringify(before))
      throw new Error("a refused archive left something", { cause: error });
    return "refused";
  }
  for (const path of Object.keys(harvest(fs, "/"))) {
    if (!path.startsWith("w/x/out/") && !(path in before))
      throw new Error(`${path} is outside of the folder`);
  }
  return "unpacked";
}
