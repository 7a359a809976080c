import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { programOptions } from "../../../../test/support/sources.mjs";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../../src/index.ts";
import { startTestServer } from "./s3-server.ts";

const folder = temporaryFolder("two-processes");
const ROWS = 12;

it("two processes append to one series in a bucket, and all rows arrive once", async () => {
  const source = fileURLToPath(new URL("append-program.ts", import.meta.url));
  const program = folder("append.mjs");
  await build({ ...programOptions, entryPoints: [source], outfile: program });
  const { server, store } = await startTestServer({ folder: folder("objects") });
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_S3: server.url,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
  const append = (first: number) =>
    promisify(execFile)(process.execPath, [program, String(first), String(ROWS)], { env });
  await Promise.all([append(0), append(100)]);
  const rows = Array.from(
    (await new ZarrStorageManager("a.zarr", { store: store() }).getData("rows")).data,
    Number,
  );
  const expected = Array.from({ length: ROWS }, (_, i) => i);
  // Each process's in their order.
  expect(rows.filter((row) => row < 100)).toEqual(expected);
  expect(rows.filter((row) => row >= 100)).toEqual(expected.map((row) => row + 100));
  expect((await store().list("")).filter(({ key }) => key.includes(".tvb"))).toEqual([]);
  await server.close();
}, 60_000);
