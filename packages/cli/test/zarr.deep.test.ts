import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { h5diff, itWith } from "../../../test/support/judges.js";
import {
  DONE,
  describeMetadataChanges,
  describeNodeChanges,
  describeReading,
  describeReadOnly,
  zarrCommands,
} from "./support/zarr-commands.js";
import { hiddenNames } from "./support/zarr-places.js";

// Every command on Zarr hierarchies in the places that zarr.test.ts leaves out.

const commands = zarrCommands("cli-zarr-deep");

describeReading(commands, [
  "a folder with a slash",
  "version 2",
  "a folder of another name",
  "an archive of another name",
  "an archive on a web server",
]);
describeMetadataChanges(commands, ["a folder", "a folder of another name"]);
describeNodeChanges(commands, ["a folder", "version 2", "object storage"]);
describeReadOnly(commands, ["a ZIP archive", "an archive on a web server"]);

test.each([
  ["--zstd", "3"],
  ["--gzip", "1"],
])("convert %s %s is how all datasets are compressed", async (option, level) => {
  const { at, ran } = commands;
  expect(await ran("convert", "a.h5", "c.zarr", "--overwrite", option, level)).toEqual(DONE);
  expect((await ran("ls", "c.zarr", "/run")).stdout).toMatch(new RegExp(` ${option.slice(2)}\\n$`));
  expect(await ran("diff", "a.h5", "c.zarr")).toEqual(DONE);
  expect(hiddenNames(at())).toEqual([]);
});

itWith(h5diff)(
  "a hierarchy of version 3 in a folder is converted back to what h5diff calls the same",
  async () => {
    const { at, ran } = commands;
    expect(await ran("convert", "a.zarr", "back.h5")).toEqual(DONE);
    execFileSync(h5diff.command, [at("a.h5"), at("back.h5")]);
  },
);

test("a server that does not answer is an error, after some attempts", async () => {
  const { stdout, stderr, status } = await commands.ran("ls", "http://127.0.0.1:1/a.zarr");
  expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
  expect(stderr).toMatch(/^tvb-storage: http:.* cannot be read: fetch failed.*\n$/);
}, 20_000);
