import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { runProgram, startProgram } from "./run-program.js";

const inFolder = temporaryFolder("beyond");

describe("beyond one machine", () => {
  it("does all but Dask's part where there is no Python, and says what is missing", async () => {
    await mkdir(inFolder("tmp"));
    // No program but Node, which is not looked for; credentials of the user are not used.
    const environment = {
      PATH: "",
      TMPDIR: inFolder("tmp"),
      AWS_ACCESS_KEY_ID: "AKIAUSER",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
      AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9",
    };
    const { code, output, errors } = await runProgram(["--size", "4MiB"], environment);
    expect({ code, errors: errors.match(/error.*/i)?.[0] }).toEqual({ code: 0, errors: undefined });
    expect(output).toContain("written as s3://brain/TimeSeriesRegion.zarr: data, shape (6898, 1, 76, 1)");
    expect(output).toContain("functional_connectivity, shape (76, 76)");
    expect(output).toContain(
      "4. Dask is left out: no python3 on PATH has dask.array, distributed, xarray, zarr; " +
        "on Debian: apt-get install python3-dask python3-distributed python3-xarray python3-zarr",
    );
    // Sixteen chunks, each put once and fetched once; none of them 5 MB.
    expect(output).toMatch(/written by two processes +│[^│]+│ \d+ +│ 16 +│ \d+ +│[^│]+│ 4\.2 MB/);
    expect(output).toMatch(/correlated here, streamed +│[^│]+│ \d+ +│ 0 +│ 0 +│ 4\.2 MB/);
    expect(await readdir(inFolder("tmp"))).toEqual([]);
  }, 60_000);

  it("ends when nobody reads its output any more, and removes its folder", async () => {
    await mkdir(inFolder("unread"));
    const child = startProgram(["--size", "4MiB", "--without-dask"], { TMPDIR: inFolder("unread") });
    const ended = once(child, "exit");
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended).toEqual([141, null]);
    expect(await readdir(inFolder("unread"))).toEqual([]);
  }, 60_000);

  it("explains a mistake in one line, and exits with 1", async () => {
    const { code, output, errors } = await runProgram(["--size", "tiny"], {});
    expect({ code, output, errors }).toEqual({
      code: 1,
      output: "",
      errors: 'error: --size needs at least 1MiB, such as 64MiB or 2GiB, not "tiny"\n',
    });
  });
});
