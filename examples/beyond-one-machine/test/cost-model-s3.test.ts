import { elementCount } from "@tvb-storage/core";
import { type S3Server, startS3Server } from "@tvb-storage/example-s3-server";
import { S3Store, ZarrStorageManager } from "@tvb-storage/zarr-backend";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULTS } from "../src/cost-model/documented.js";
import { reading, wholePass } from "../src/cost-model/operations.js";
import { objectBytes, objectCount, type SeriesLayout } from "../src/cost-model/series-layout.js";
import { takeTraffic } from "../src/requests.js";

// The same predictions, counted by a server.

const SHAPE = [600, 1, 20, 1];
const BLOCK_BYTES = 200 * 20 * 8;
const cases: readonly (SeriesLayout & { readonly format: 2 | 3 })[] = [
  { format: 2, shape: SHAPE, itemBytes: 8, chunks: [100, 1, 20, 1] },
  { format: 3, shape: SHAPE, itemBytes: 8, chunks: [50, 1, 5, 1], shards: [200, 1, 10, 1] },
];

describe.each(cases)("a series in S3, version $format", ({ format, ...layout }) => {
  const { shape, chunks, shards } = layout;
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server.close());

  const open = (): ZarrStorageManager => {
    const { url: endpoint, credentials } = server;
    const store = new S3Store("s3://brain", { endpoint, credentials, env: {} });
    return new ZarrStorageManager("a.zarr", { store, format });
  };

  it("is written with one PUT for each object, and the bytes of it", async () => {
    await open().createArray("data", {
      dtype: "float64",
      shape,
      chunks: [...chunks],
      ...(shards && { shards: [...shards] }),
    });
    takeTraffic(server);
    const data = new Float64Array(elementCount(shape));
    await open().writeRegion({ dtype: "float64", shape, data }, "data", { offset: [0, 0, 0, 0] });
    const objects = objectCount(layout);
    expect(takeTraffic(server)).toMatchObject({
      puts: objects,
      receivedBytes: objects * objectBytes(layout),
    });
    await open().completeArray("data");
  });

  it.each([0, 2])("is read at one index of axis %i with as many requests as predicted", async (axis) => {
    takeTraffic(server);
    await open().getData("data", { selection: shape.map((_, each) => (each === axis ? 0 : null)) });
    const { gets, puts, others } = takeTraffic(server);
    const predicted = reading(layout, axis, DEFAULTS.link);
    expect({ gets, puts, others }).toEqual({ gets: predicted.gets, puts: 0, others: 0 });
  });

  it("is streamed with as many requests as predicted", async () => {
    takeTraffic(server);
    let elements = 0;
    for await (const { block } of open().streamData("data", { blockBytes: BLOCK_BYTES }))
      elements += elementCount(block.shape);
    expect(elements).toBe(elementCount(shape));
    expect(takeTraffic(server).gets).toBe(wholePass(layout, 1, BLOCK_BYTES, DEFAULTS.link).gets);
  });
});
