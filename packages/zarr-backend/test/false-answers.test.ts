import { describe, expect, it } from "vitest";
import { HttpStore, S3Store, zarrBackends } from "../src/index.ts";

const address = "https://host/a.zarr";

/** Each request has this answer. */
function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const fetch = async (): Promise<Response> =>
    new Response(status === 304 ? null : body, { status, headers });
  const credentials = { accessKeyId: "AK", secretAccessKey: "secret" };
  return {
    HTTP: new HttpStore(address, { fetch, retries: 0 }),
    S3: new S3Store("s3://bucket/a.zarr", { endpoint: "https://host", credentials, fetch, retries: 0 }),
  };
}

describe.each(["HTTP", "S3"] as const)("an answer by %s", (kind) => {
  it("that is another part than the one that was asked for is refused", async () => {
    const range = { offset: 5, length: 3 };
    for (const [body, contentRange, message] of [
      ["abc", "bytes 6-8/10", 'the server gives 3 bytes as "bytes 6-8/10", where bytes=5-7 was asked for'],
      ["abc", "bytes 5-6/10", 'the server gives 3 bytes as "bytes 5-6/10", where bytes=5-7 was asked for'],
      ["abc", "nonsense", 'the server gives 3 bytes as "nonsense", where bytes=5-7 was asked for'],
      ["abcd", "bytes 5-8/10", "the server gives 4 bytes, not the 3 asked for"],
    ] as const)
      await expect(
        answering(206, body, { "Content-Range": contentRange })[kind].getRange("x", range),
      ).rejects.toMatchObject({ code: "FILE_STORAGE", message: expect.stringContaining(message) });
    await expect(
      answering(206, "abc", { "Content-Range": "bytes 0-2/10" })[kind].getRange("x", { suffix: 3 }),
    ).rejects.toThrow("bytes=-3 was asked for");
  });

  it("that is the part is taken, where it is shorter, and where its place is not told, too", async () => {
    const abc = new TextEncoder().encode("abc");
    for (const [headers, range] of [
      [{ "Content-Range": "bytes 5-7/10" }, { offset: 5, length: 3 }],
      [{ "Content-Range": "bytes 5-7/*" }, { offset: 5, length: 3 }],
      [{ "Content-Range": "bytes 5-7/8" }, { offset: 5, length: 9 }],
      [{ "Content-Range": "bytes 7-9/10" }, { suffix: 3 }],
      [{ "Content-Range": "bytes 7-9/*" }, { suffix: 3 }],
      [{ "Content-Range": "bytes 0-2/3" }, { suffix: 9 }],
      [{}, { offset: 5, length: 3 }],
    ] as const)
      expect(await answering(206, "abc", headers)[kind].getRange("x", range)).toEqual(abc);
    expect(await answering(200, "01234abc89")[kind].getRange("x", { offset: 5, length: 3 })).toEqual(abc);
  });
});

it("a part is not taken for all of an object, nor one that is said to be unchanged for a missing one", async () => {
  await expect(answering(206, "abc").HTTP.get("x")).rejects.toThrow("the server answers 206");
  for (const kind of ["HTTP", "S3"] as const) {
    const store = answering(304, "")[kind];
    for (const read of [store.get("x"), store.getRange("x", { offset: 0, length: 1 })])
      await expect(read).rejects.toThrow("answers 304");
    expect(await store.getIfChanged("x", '"1"')).toBe("unchanged");
  }
});

describe("a list of S3", () => {
  const list = (content: string) =>
    answering(200, `<ListBucketResult><IsTruncated>false</IsTruncated>${content}</ListBucketResult>`).S3.list(
      "x",
    );

  it("is refused where it has keys that were not asked for, or an entry that is cut short", async () => {
    await expect(list("<Contents><Key>b.zarr/x</Key></Contents>")).rejects.toThrow(
      's3://bucket/a.zarr/x* cannot be listed: the answer has the key "b.zarr/x", too',
    );
    // In time that grows with its length only.
    await expect(list("<Contents>".repeat(200_000))).rejects.toThrow("an object is cut short");
  });

  it("ends where its pages come again", async () => {
    let requests = 0;
    const fetch = async (): Promise<Response> => {
      requests += 1;
      const token = `<NextContinuationToken>${requests % 2}</NextContinuationToken>`;
      return new Response(`<ListBucketResult><IsTruncated>true</IsTruncated>${token}</ListBucketResult>`);
    };
    const store = new S3Store("s3://bucket", { anonymous: true, fetch });
    await expect(store.list("")).rejects.toThrow("its pages do not end");
    expect(requests).toBe(3);
  });
});

it("what an answer of S3 says makes one line", async () => {
  const body = `<Error><Code>No\nSuch\u001b[31m</Code><Message>a\nb</Message><Region>x\ny</Region></Error>`;
  for (const status of [400, 403, 500])
    await expect(answering(status, body).S3.get("x")).rejects.toThrow(
      /^s3:\/\/bucket\/a\.zarr\/x cannot be read: the store answers [ -~]*$/,
    );
});

it("no message has a password or a token of an address", () => {
  const credentials = { accessKeyId: "AK", secretAccessKey: "secret" };
  const [, , http] = zarrBackends();
  for (const open of [
    () => new HttpStore("https://user:secret@host/a.zarr"),
    () => new HttpStore("https://secret@host/a.zarr"),
    () => new HttpStore("https://host/a.zarr?token=secret"),
    () => new HttpStore("ftp://user:secret@host/a.zarr"),
    () => http?.open("https://user:secret@host/a.zarr"),
    () => http?.open("https://user:secret@host/a.zarr.zip"),
    () => new S3Store("s3://user:secret@bucket", { credentials }),
    () => new S3Store("s3://bucket", { credentials, endpoint: "https://user:secret@host" }),
    () => new S3Store("s3://bucket", { credentials, endpoint: "https://host?token=secret" }),
  ]) {
    const message = messageOf(open);
    expect(message).toMatch(/the address of a store|an address of S3|the endpoint of an S3 store/);
    expect(message).not.toContain("secret");
  }
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
}
