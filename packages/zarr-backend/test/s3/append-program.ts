import { S3Store, ZarrStorageManager } from "../../src/index.js";

// Appends rows to a series in a bucket, one commit for each; the credentials are in the environment.

const [first = "", count = ""] = process.argv.slice(2);
const m = new ZarrStorageManager("a.zarr", { store: new S3Store("s3://bucket", { lockTimeoutMs: 60_000 }) });
for (let row = Number(first); row < Number(first) + Number(count); row++)
  await m.appendData(Int32Array.of(row), "rows", { chunks: [5] });
