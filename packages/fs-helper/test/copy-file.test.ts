import { PassThrough, Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import { withFile } from "@tvb-storage/files";
import { expect, test } from "vitest";
import { describeOnDisks, systemError, withPromises } from "./disks.js";

/** A stream that keeps what is written to it. */
function sink(options: { delayMs?: number; highWaterMark?: number } = {}) {
  const chunks: Uint8Array[] = [];
  const stream = new Writable({
    highWaterMark: options.highWaterMark ?? 16384,
    write(chunk: Uint8Array, _encoding, done) {
      chunks.push(chunk);
      if (options.delayMs === undefined) done();
      else setTimeout(done, options.delayMs);
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString(), chunks };
}

const LARGE = "0123456789abcdef".repeat(200_000); // 3.2 MB

describeOnDisks("copying", (disk) => {
  const at = (name: string) => `${disk().outside}/${name}`;

  test("from path to path copies bytes and mode, and leaves the source", async () => {
    disk().write(at("a"), LARGE);
    disk().fs.chmodSync(at("a"), 0o640);
    await disk().helper().copyFile(at("a"), at("b"));
    expect(disk().read(at("b"))).toBe(LARGE);
    expect(disk().mode(at("b"))).toBe(0o640);
    expect(disk().list(disk().outside)).toEqual(["a", "b"]);
  });

  test("from path to stream ends the stream", async () => {
    disk().write(at("a"), LARGE);
    const { stream, text } = sink();
    await disk().helper().copyFile(at("a"), stream);
    expect(text()).toBe(LARGE);
    expect(stream.writableFinished).toBe(true);
  });

  test("from stream to path writes bytes and text", async () => {
    disk().fs.mkdirSync(disk().outside);
    await disk()
      .helper()
      .copyFile(Readable.from([Buffer.from("a"), "☃", new Uint8Array([98])]), at("a"));
    expect(disk().read(at("a"))).toBe("a☃b");
  });

  test("from stream to stream passes everything on", async () => {
    const { stream, text } = sink();
    await disk()
      .helper()
      .copyFile(Readable.from([Buffer.from(LARGE), Buffer.from("end")]), stream);
    expect(text()).toBe(`${LARGE}end`);
  });

  test("an empty file gives an empty file", async () => {
    disk().write(at("a"), "");
    await disk().helper().copyFile(at("a"), at("b"));
    expect(disk().read(at("b"))).toBe("");
  });

  test("with destPostfix, the destination is a folder, which is made", async () => {
    disk().write(at("a"), "data");
    await disk().helper().copyFile(at("a"), at("deep/folder"), { destPostfix: "b.h5" });
    expect(disk().read(at("deep/folder/b.h5"))).toBe("data");
    await expect(disk().helper().copyFile(at("a"), sink().stream, { destPostfix: "b.h5" })).rejects.toThrow(
      /destPostfix needs a folder as destination; found a stream/,
    );
  });

  test("an existing file is replaced, and keeps its mode where the source has none", async () => {
    disk().write(at("b"), "old and longer");
    disk().fs.chmodSync(at("b"), 0o600);
    await disk()
      .helper()
      .copyFile(Readable.from([Buffer.from("new")]), at("b"));
    expect(disk().read(at("b"))).toBe("new");
    expect(disk().mode(at("b"))).toBe(0o600);
  });

  test("makes the folder of its target, and none where there is no source", async () => {
    disk().write(at("a"), "data");
    await disk().helper().copyFile(at("a"), at("deep/folder/b"));
    expect(disk().read(at("deep/folder/b"))).toBe("data");
    await disk()
      .helper()
      .copyFile(Readable.from(["text"]), at("other/c"));
    expect(disk().read(at("other/c"))).toBe("text");
    await expect(disk().helper().copyFile(at("none"), at("new/b"))).rejects.toThrow(/no such file/);
    await expect(disk().helper().copyFile(at("none"), at("new"), { destPostfix: "b" })).rejects.toThrow(
      /no such file/,
    );
    expect(disk().list(disk().outside)).toEqual(["a", "deep", "other"]);
    await expect(disk().helper().copyFile(at("a"), at("a/b"))).rejects.toThrow(FileStructureException);
  });

  test.each([
    ["its own path", (): string => at("a")],
    ["its own path, spelled otherwise", (): string => `${at("deep")}/../a`],
    [
      "a link to it",
      (): string => {
        disk().fs.symlinkSync(at("a"), at("link"));
        return at("link");
      },
    ],
    [
      "another name of it",
      (): string => {
        disk().fs.linkSync(at("a"), at("hard"));
        return at("hard");
      },
    ],
    [
      "a path through a link to its folder",
      (): string => {
        disk().fs.symlinkSync(disk().outside, at("folder"));
        return at("folder/a");
      },
    ],
  ])("a file onto %s is refused, and stays", async (_name, place) => {
    disk().write(at("a"), "data");
    const dest = place();
    const before = disk().list(disk().outside);
    await expect(disk().helper().copyFile(at("a"), dest)).rejects.toThrow(/they are the same file/);
    await expect(disk().helper().copyFile(dest, at("a"))).rejects.toThrow(/they are the same file/);
    expect(disk().read(at("a"))).toBe("data");
    expect(disk().list(disk().outside)).toEqual(before);
  });

  test("an existing file keeps its mode, a new one gets the source's less the umask", async () => {
    const umask = process.umask(0o027);
    try {
      disk().write(at("a"), "data");
      disk().fs.chmodSync(at("a"), 0o666);
      disk().write(at("old"), "old");
      disk().fs.chmodSync(at("old"), 0o604);
      await disk().helper().copyFile(at("a"), at("old"));
      await disk().helper().copyFile(at("a"), at("new"));
    } finally {
      process.umask(umask);
    }
    expect(disk().mode(at("old"))).toBe(0o604);
    // memfs does not know the umask.
    expect(disk().mode(at("new"))).toBe(disk().isMemory ? 0o666 : 0o640);
  });

  test.each([
    ["at first", 4, new RangeError("mine")],
    ["at last", 10, new RangeError("mine")],
    ["a text", 4, "mine"],
    ["nothing, which would end a stream as if it were read", 4, undefined],
    ["an error of the system's", 4, Object.assign(new Error("mine"), { code: "ENOENT" })],
    ["an error of ours", 4, new FileStructureException("mine")],
  ])("what onProgress throws (%s) ends the copy and leaves nothing", async (_, at10, reason) => {
    disk().write(at("a"), "0123456789");
    disk().write(at("old"), "old");
    for (const dest of ["old", "new"]) {
      const onProgress = (done: number) => {
        if (done === at10) throw reason;
      };
      const attempt = disk()
        .helper()
        .copyFile(at("a"), at(dest), { bufferSize: at10 === 4 ? 4 : 5, onProgress });
      await expect(attempt).rejects.toThrow(FileStorageException);
      await expect(attempt).rejects.toThrow(/cannot copy .*a to .*: its onProgress threw: (mine|undefined)$/);
      await expect(attempt).rejects.toHaveProperty("cause", reason);
    }
    expect(disk().tree(disk().outside)).toEqual({ a: "0123456789", old: "old" });
  });

  test("reads no more than bufferSize at a time", async () => {
    disk().write(at("a"), "0123456789");
    const { stream, chunks } = sink();
    await disk().helper().copyFile(at("a"), stream, { bufferSize: 4 });
    expect(chunks.map((chunk) => chunk.length)).toEqual([4, 4, 2]);
    for (const bufferSize of [0, -1, 1.5])
      await expect(disk().helper().copyFile(at("a"), at("b"), { bufferSize })).rejects.toThrow(
        /bufferSize of copyFile must be a whole number of at least 1/,
      );
  });

  test("reports its progress in bytes, of the source's size, or of 0 where that is a stream", async () => {
    disk().write(at("a"), "0123456789");
    const told: [number, number][] = [];
    const onProgress = (done: number, total: number) => void told.push([done, total]);
    await disk().helper().copyFile(at("a"), at("b"), { bufferSize: 4, onProgress });
    expect(told).toEqual([
      [4, 10],
      [8, 10],
      [10, 10],
    ]);
    told.length = 0;
    await disk()
      .helper()
      .copyFile(Readable.from([Buffer.from("abc"), Buffer.from("d")]), at("b"), { onProgress });
    expect(told).toEqual([
      [3, 0],
      [4, 0],
    ]);
  });

  test("writes no faster than the destination reads", async () => {
    disk().write(at("a"), new Uint8Array(400_000));
    let read = 0;
    let written = 0;
    let ahead = 0;
    const slow = new Writable({
      highWaterMark: 10_000,
      write(chunk: Uint8Array, _encoding, done) {
        setTimeout(() => {
          written += chunk.length;
          done();
        }, 2);
      },
    });
    const onProgress = (done: number) => {
      read = done;
      ahead = Math.max(ahead, read - written);
    };
    await disk().helper().copyFile(at("a"), slow, { bufferSize: 10_000, onProgress });
    expect(written).toBe(400_000);
    expect(ahead).toBeLessThanOrEqual(60_000);
  });

  test("ended by its signal it leaves no new file, and an old one unchanged", async () => {
    disk().write(at("a"), LARGE);
    disk().write(at("b"), "old");
    for (const dest of ["b", "c"]) {
      const controller = new AbortController();
      const reason = new Error("enough");
      const attempt = disk()
        .helper()
        .copyFile(at("a"), at(dest), {
          bufferSize: 65536,
          signal: controller.signal,
          onProgress: (done) => {
            if (done > 500_000) controller.abort(reason);
          },
        });
      await expect(attempt).rejects.toThrow(FileStorageException);
      await expect(attempt).rejects.toMatchObject({
        message: `cannot copy ${at("a")} to ${at(dest)}: cancelled by its signal`,
        cause: reason,
      });
    }
    expect(disk().list(disk().outside)).toEqual(["a", "b"]);
    expect(disk().read(at("b"))).toBe("old");
  });

  test("is ended by its signal while a stream at either end is idle", async () => {
    disk().write(at("a"), LARGE);
    const stalledSource = new Readable({ read: () => undefined });
    const stalledSink = new Writable({ write: () => undefined });
    for (const [source, dest] of [
      [stalledSource, at("b")],
      [at("a"), stalledSink],
    ] as const) {
      const attempt = disk()
        .helper()
        .copyFile(source, dest, { signal: AbortSignal.timeout(50) });
      await expect(attempt).rejects.toMatchObject({ code: "FILE_STORAGE", cause: { name: "TimeoutError" } });
    }
    expect(stalledSource.destroyed && stalledSink.destroyed).toBe(true);
    expect(disk().list(disk().outside)).toEqual(["a"]);
  });

  test("with a signal that is aborted already does nothing", async () => {
    disk().write(at("a"));
    await expect(disk().helper().copyFile(at("a"), at("b"), { signal: AbortSignal.abort() })).rejects.toThrow(
      /cancelled by its signal/,
    );
    expect(disk().list(disk().outside)).toEqual(["a"]);
  });

  test("a source that fails leaves no file, and is the cause", async () => {
    disk().fs.mkdirSync(disk().outside);
    const failure = new Error("the network is down");
    const source = Readable.from(
      (async function* () {
        yield Buffer.from("part");
        await delay(1);
        throw failure;
      })(),
    );
    const attempt = disk().helper().copyFile(source, at("b"));
    await expect(attempt).rejects.toThrow(FileStorageException);
    await expect(attempt).rejects.toMatchObject({
      message: `cannot copy a stream to ${at("b")}: the network is down`,
      cause: failure,
    });
    expect(disk().list(disk().outside)).toEqual([]);
  });

  test("a destination that fails, or is closed early, is a FileStorageException, and the source is destroyed", async () => {
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error("full")) });
    const source = Readable.from([Buffer.from("a"), Buffer.from("b")]);
    await expect(disk().helper().copyFile(source, failing)).rejects.toThrow(
      "cannot copy a stream to a stream: full",
    );
    expect(source.destroyed).toBe(true);
    disk().write(at("a"), LARGE);
    const closing = new Writable({
      write(_chunk, _encoding, done) {
        this.destroy();
        done();
      },
    });
    await expect(disk().helper().copyFile(at("a"), closing)).rejects.toThrow(FileStorageException);
  });

  test("a full disk is a FileStorageException and leaves no file", async () => {
    disk().write(at("a"), LARGE);
    const fs = withPromises(disk().fs, (promises) => ({
      open: async (path, flags, mode) => {
        const handle = await promises.open(path, flags, mode);
        if (flags === "r") return handle;
        return new Proxy(handle, {
          get(target, property) {
            if (property === "write") return () => Promise.reject(systemError("ENOSPC"));
            const value: unknown = Reflect.get(target, property, target);
            return typeof value === "function" ? value.bind(target) : value;
          },
        });
      },
    }));
    await expect(disk().helper({ fs }).copyFile(at("a"), at("b"))).rejects.toMatchObject({
      code: "FILE_STORAGE",
      message: `cannot copy ${at("a")} to ${at("b")}: no space left on the disk (ENOSPC)`,
    });
    expect(disk().list(disk().outside)).toEqual(["a"]);
  });

  test("a missing source, a folder at either end and a file in place of a folder are FileStructureExceptions", async () => {
    disk().write(at("folder/x"));
    disk().write(at("a"));
    const helper = disk().helper();
    for (const [source, dest, message] of [
      [at("none"), at("b"), /no such file/],
      [at("folder"), at("b"), /the source is a folder, not a file/],
      [at("a"), at("folder"), /the destination is a folder; name the file in it with destPostfix/],
      [at("a"), at("a/b"), /cannot create the folder .*a: a file is there/],
      [at("a"), at("folder/../a"), /they are the same file/],
    ] as const) {
      await expect(helper.copyFile(source, dest)).rejects.toThrow(message);
      await expect(helper.copyFile(source, dest)).rejects.toThrow(FileStructureException);
    }
    expect(disk().tree(disk().outside)).toEqual({ a: "content", folder: null, "folder/x": "content" });
  });

  test("a stream that was read before, or gives objects, is refused", async () => {
    disk().fs.mkdirSync(disk().outside);
    const read = Readable.from([Buffer.from("a")]);
    for await (const _chunk of read);
    await expect(disk().helper().copyFile(read, at("b"))).rejects.toThrow(
      /has been read or destroyed before/,
    );
    await expect(
      disk()
        .helper()
        .copyFile(Readable.from([{ a: 1 }]), at("b")),
    ).rejects.toThrow(/the stream gives object where bytes or text are needed/);
    expect(disk().list(disk().outside)).toEqual([]);
  });

  test("a stream that has ended or closed is refused as destination, and does not keep the source waiting", async () => {
    disk().write(at("a"));
    const { stream: closed } = sink();
    await new Promise<void>((resolve) => closed.on("close", resolve).end());
    const { stream: ended } = sink();
    ended.end();
    for (const dest of [closed, ended]) {
      const source = Readable.from([Buffer.from("a")]);
      await expect(disk().helper().copyFile(at("a"), dest)).rejects.toThrow(/ended or destroyed before/);
      await expect(disk().helper().copyFile(source, dest)).rejects.toThrow(FileStructureException);
      expect(source.destroyed).toBe(true);
    }
    expect(await withFile(disk().fs, at("a"), async () => "free")).toBe("free");
  });

  test("a source or destination that is neither a path nor a Node stream is refused", async () => {
    disk().write(at("a"));
    const web = new Blob(["web"]).stream() as never; // what plain JavaScript may pass
    await expect(disk().helper().copyFile(web, at("b"))).rejects.toThrow(/Readable\.fromWeb makes one/);
    await expect(disk().helper().copyFile(at("a"), web)).rejects.toThrow(/Writable\.fromWeb makes one/);
    await expect(
      disk()
        .helper()
        .copyFile(null as never, at("b")),
    ).rejects.toThrow(FileStructureException);
  });

  test("streams are destroyed where the copy fails before it begins", async () => {
    const dest = new PassThrough();
    await expect(disk().helper().copyFile(at("none"), dest)).rejects.toThrow(/no such file/);
    expect(dest.destroyed).toBe(true);
  });

  test("simultaneous copies in opposite directions leave complete files", async () => {
    disk().write(at("a"), "a");
    disk().write(at("b"), "b");
    const helper = disk().helper();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0 ? helper.copyFile(at("a"), at("b")) : helper.copyFile(at("b"), at("a")),
      ),
    );
    expect(["a", "b"]).toContain(disk().read(at("a")));
    expect(disk().list(disk().outside)).toEqual(["a", "b"]);
  });
});
