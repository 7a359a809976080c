import { FileStructureException } from "@tvb-storage/errors";
import { createMemoryFs } from "@tvb-storage/testkit";
import { expect, it } from "vitest";
import { TvbZip } from "../src/index.js";

// As plain JavaScript may call it.
const untyped = (value: unknown): never => value as never;
const NO_PATHS = [
  [undefined, "undefined"],
  [5, "5"],
  ["a\0b", '"a\\u0000b"'],
  [Promise.resolve("a"), "a promise: use await"],
] as const;

it.each(NO_PATHS)("refuses what is no path: %j", async (value, found) => {
  const fs = createMemoryFs({ "/f": "f" });
  const zip = await TvbZip.open("/a.zip", "w", { fs });
  const calls: [string, () => Promise<unknown>][] = [
    ["the path of the archive", () => TvbZip.open(untyped(value), "w", { fs })],
    ["the path of the archive", () => TvbZip.open(untyped(value), "r", { fs })],
    ["the file to archive", () => zip.write(untyped(value))],
    ["the folder to archive", () => zip.writeZipFolder(untyped(value))],
    ["a folder to archive", () => zip.writeZipFolders([untyped(value)])],
  ];
  for (const [what, call] of calls) {
    await expect(call()).rejects.toThrow(FileStructureException);
    await expect(call()).rejects.toThrow(what);
    await expect(call()).rejects.toThrow(found);
  }
  await zip.write("/f");
  await zip.close();
  const reading = await TvbZip.open("/a.zip", "r", { fs });
  await expect(reading.unpackZip(untyped(value))).rejects.toThrow("the folder to unpack into");
});

it("refuses what is no name and no list", async () => {
  const zip = await TvbZip.open("/a.zip", "w", { fs: createMemoryFs({ "/f": "f", "/d/f": "" }) });
  await expect(zip.write("/f", untyped(5))).rejects.toThrow(
    "the name of /f in the archive must be a text; found 5",
  );
  await expect(zip.writeZipFolders(untyped("/d"))).rejects.toThrow(
    'the folders to archive must be a list of paths; found "/d"',
  );
  for (const exclude of ["f", [5], { f: true }])
    await expect(zip.writeZipFolder("/d", untyped(exclude))).rejects.toThrow(
      "`exclude` of the archive /a.zip must be a list of names; found",
    );
});
