import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test/support/temporary-folder.ts";
import { ZarrStorageManager } from "../../src/index.ts";
import { startTestServer, type TestServer } from "../s3/s3-server.ts";
import { buildProgram, killWriters } from "./kill-writers.ts";

const trials = Number(process.env["KILL_TRIALS"] ?? 30);

const folder = temporaryFolder("kill-deep");
const program = folder("program.mjs");
let test: TestServer;
beforeAll(async () => {
  await buildProgram(program);
  test = await startTestServer({ keepRequests: false });
});
afterAll(() => test.server.close());

describe.each([2, 3] as const)("a writer of version %i that is killed again and again", (format) => {
  it("leaves the last commit in a folder each time", async () => {
    const path = folder(`killed-${format}.zarr`);
    const open = () => new ZarrStorageManager(path);
    await killWriters(program, { path, format, open }, trials);
    await open().sweep();
    expect((await open().sweep()).leftovers).toEqual([]);
  });

  it("leaves the last commit in S3 each time", async () => {
    const path = `killed-${format}.zarr`;
    const bucket = "s3://bucket";
    const { url, credentials } = test.server;
    const env = {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    const open = () => new ZarrStorageManager(path, { store: test.store(bucket) });
    await killWriters(program, { path, format, bucket, env, open }, Math.ceil(trials / 6));
    await open().sweep();
    expect((await open().sweep()).leftovers).toEqual([]);
  });
});
