import nodeFs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMemoryFs, faultyFs, interceptFs } from "../../../testkit/src/index.js";
import { JournaledPort } from "../../src/port/journaled-port.js";
import { ReadPort } from "../../src/port/read-port.js";
import { acquireWriterLock } from "../../src/port/writer-lock.js";
import { transact } from "./transactions.js";

const PATH = "/d/a.h5";
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const write = (position: number, value: string) => ({ kind: "write", position, data: text(value) }) as const;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function readText(port: ReadPort, position: number, length: number): string {
  const bytes = new Uint8Array(length);
  return new TextDecoder().decode(bytes.subarray(0, port.read(bytes, position)));
}

function elsewhere(port: ReadPort, target: Uint8Array, position: number): Promise<number> {
  const { readElsewhere } = port;
  if (readElsewhere === undefined) throw new Error("it reads on this thread only");
  return readElsewhere(target, position);
}

async function file(content: string) {
  const fs = createMemoryFs({ "/d/other": "" });
  await transact(fs, PATH, [write(8, content)]);
  return fs;
}

describe("read port", () => {
  it("reads the file, and nothing beyond its end", async () => {
    const port = ReadPort.open(await file("hello"), PATH);
    expect(port.size).toBe(13);
    expect(readText(port, 8, 5)).toBe("hello");
    expect(readText(port, 11, 100)).toBe("lo");
    expect(readText(port, 100, 5)).toBe("");
    port.close();
  });

  it("never writes", async () => {
    const fs = await file("hello");
    const changes: string[] = [];
    const watched = interceptFs(fs, {
      before: (call) => {
        if (!/^(stat|exists|open|read|close|realpath)/.test(call.kind)) changes.push(call.name);
        if (call.kind === "open" && call.args[1] !== "r") changes.push(`open ${String(call.args[1])}`);
        return undefined;
      },
    });
    const port = ReadPort.open(watched, PATH, { verified: true });
    readText(port, 0, 20);
    port.validate();
    port.isCurrent();
    expect(() => port.write()).toThrow(/open for reading/);
    expect(() => port.truncate()).toThrow(/open for reading/);
    port.close();
    expect(changes).toEqual([]);
  });

  it("does not wait for a writer, and reads the commit before", async () => {
    const fs = await file("old");
    const lock = await acquireWriterLock(fs, PATH);
    const writer = JournaledPort.open(lock);
    writer.write(text("new"), 8);
    writer.write(text("and more"), 11);
    const port = ReadPort.open(fs, PATH);
    expect(readText(port, 8, 3)).toBe("old");
    expect(port.validate()).toBe(true);
    port.close();
    writer.rollBack();
    lock.release();
  });

  it("names the file that is missing, a folder, or not permitted", () => {
    const fs = createMemoryFs({ "/d/folder/x": "" });
    expect(() => ReadPort.open(fs, PATH)).toThrow(
      expect.objectContaining({ code: "FILE_STRUCTURE", message: expect.stringContaining(PATH) }),
    );
    const refusing = faultyFs(fs, { calls: "statSync", at: 1, errno: "EACCES" });
    expect(() => ReadPort.open(refusing, PATH)).toThrow(
      expect.objectContaining({ code: "FILE_STRUCTURE", message: expect.stringContaining("no permission") }),
    );
  });

  it("is valid and current while no writer writes", async () => {
    const fs = await file("hello");
    await pause(30);
    const port = ReadPort.open(fs, PATH);
    expect(port.isVerified).toBe(false);
    readText(port, 0, 20);
    expect(port.validate()).toBe(true);
    expect(port.isCurrent()).toBe(true);
    port.close();
  });

  it("reads elsewhere what it reads, keeps a checksum of it, and is closed only after that", async () => {
    const fs = await file("hello");
    const closed: unknown[] = [];
    const slow = interceptFs(
      Object.assign(Object.create(fs) as typeof fs, {
        read: (...args: Parameters<typeof fs.read>) => setTimeout(() => fs.read(...args), 10),
      }),
      { before: () => undefined, after: (call) => void (call.kind === "close" && closed.push(call.args[0])) },
    );
    const port = ReadPort.open(slow, PATH, { verified: true });
    const bytes = new Uint8Array(100);
    const reading = Promise.all([
      elsewhere(port, bytes.subarray(0, 5), 8),
      elsewhere(port, bytes.subarray(5, 100), 11),
      elsewhere(port, bytes.subarray(90), 13),
    ]);
    expect(await reading).toEqual([5, 2, 0]);
    expect(new TextDecoder().decode(bytes.subarray(0, 7))).toBe("hellolo");
    expect(port.validate()).toBe(true);
    await transact(fs, PATH, [write(9, "E")]);
    expect(port.validate()).toBe(false);

    const last = elsewhere(port, bytes, 8);
    const before = closed.length;
    port.close();
    expect(closed).toHaveLength(before);
    expect(await last).toBe(5);
    expect(closed).toHaveLength(before + 1);
  });

  it("does not read elsewhere where the file system cannot", async () => {
    const fs = Object.assign(Object.create(await file("hello")), { read: undefined });
    const port = ReadPort.open(fs, PATH);
    expect(port.readElsewhere).toBeUndefined();
    port.close();
  });

  it("is not valid and not current after a commit that changed what was read", async () => {
    for (const verified of [true, false]) {
      const fs = await file("hello");
      await pause(30);
      const port = ReadPort.open(fs, PATH, { verified });
      readText(port, 8, 5);
      await transact(fs, PATH, [write(9, "E")]);
      expect(port.validate()).toBe(false);
      expect(port.isCurrent()).toBe(false);
      port.close();
    }
  });

  it("notices a commit within one tick of the clock", async () => {
    // A stopped clock: every modification time is the same.
    const fs = await file("hello");
    const now = Date.now();
    const frozen = new Proxy(fs, {
      get(target, property) {
        if (property === "statSync")
          return (path: string) => {
            const stats = target.statSync(path);
            return { size: stats.size, mtimeMs: now, isFile: () => true, isDirectory: () => false };
          };
        return Reflect.get(target, property);
      },
    });
    const port = ReadPort.open(frozen, PATH);
    expect(port.isVerified).toBe(true);
    expect(readText(port, 8, 5)).toBe("hello");
    expect(port.validate()).toBe(true);
    await transact(frozen, PATH, [write(9, "E")]);
    expect(port.isCurrent()).toBe(false);
    expect(port.validate()).toBe(false);
    port.close();
  });

  it("stays valid, when verified, while other parts of the file are written", async () => {
    const fs = await file("hello");
    await pause(30);
    const verified = ReadPort.open(fs, PATH, { verified: true });
    const plain = ReadPort.open(fs, PATH, { verified: false });
    expect(readText(verified, 8, 5)).toBe("hello");
    expect(readText(plain, 8, 5)).toBe("hello");
    const lock = await acquireWriterLock(fs, PATH);
    const writer = JournaledPort.open(lock);
    writer.write(text("uncommitted"), 13);
    expect(verified.validate()).toBe(true);
    expect(plain.validate()).toBe(false);
    writer.rollBack();
    lock.release();
    verified.close();
    plain.close();
  });

  it("shows a commit through its journal before, while and after that is applied", async () => {
    const fs = await file("old and long enough");
    const seen: string[] = [];
    let held: ReadPort | undefined;
    const watched = interceptFs(fs, {
      before: () => undefined,
      after: (call) => {
        // The writes that bring the commit into the file, and the cut of its end.
        if (call.path !== PATH || !/write|truncate/.test(call.kind)) return;
        const port = ReadPort.open(fs, PATH);
        seen.push(readText(port, 8, 100));
        expect(port.validate()).toBe(true);
        // Its bytes come from two files.
        expect(port.readElsewhere).toBeUndefined();
        if (held === undefined) held = port;
        else port.close();
      },
    });
    const lock = await acquireWriterLock(watched, PATH);
    const writer = JournaledPort.open(lock);
    writer.write(text("NEW"), 8);
    writer.write(text("ENOUGH"), 21);
    writer.truncate(26);
    writer.commit();
    lock.release();
    expect(new Set(seen)).toEqual(new Set(["NEW and long ENOUG"]));
    expect(seen.length).toBeGreaterThan(1);
    // What a reader took over the journal holds after the journal is gone.
    expect(held?.validate()).toBe(true);
    expect(held === undefined ? "" : readText(held, 8, 3)).toBe("NEW");
    held?.close();
  });

  it("reads the commit of a writer that died in the middle of it", async () => {
    const fs = await file("old and long enough");
    const dying = faultyFs(fs, {
      calls: (call) => call.kind === "write" && call.path === PATH,
      at: 1,
      effect: "half",
      action: "stop",
    });
    await expect(transact(dying, PATH, [write(8, "NEW"), write(21, "ENOUGH")])).rejects.toThrow(
      "it is committed",
    );
    const port = ReadPort.open(fs, PATH);
    expect(readText(port, 8, 100)).toBe("NEW and long ENOUGH");
    await pause(30);
    expect(port.validate()).toBe(true);
    expect(port.isCurrent()).toBe(true);
    expect(fs.existsSync(`${PATH}.journal`)).toBe(true);
    port.close();
  });

  it("notices, kept open, the commit of a writer that died", async () => {
    const fs = await file("old and long enough");
    await pause(30);
    const port = ReadPort.open(fs, PATH);
    expect(port.isCurrent()).toBe(true);
    const dying = faultyFs(fs, {
      calls: (call) => call.kind === "write" && call.path === PATH,
      at: 1,
      action: "stop",
    });
    await expect(transact(dying, PATH, [write(8, "NEW")])).rejects.toThrow();
    expect(port.isCurrent()).toBe(false);
    port.close();
  });

  it("keeps showing a file that was replaced as the file it opened, and says that it is not current", async () => {
    const folder = nodeFs.mkdtempSync(join(tmpdir(), "read-port-"));
    onTestFinished(() => nodeFs.rmSync(folder, { recursive: true }));
    const path = join(folder, "a.h5");
    nodeFs.writeFileSync(path, "one");
    await pause(30);
    const port = ReadPort.open(nodeFs, path);
    nodeFs.writeFileSync(`${path}.2`, "another");
    nodeFs.renameSync(`${path}.2`, path);
    expect(readText(port, 0, 10)).toBe("one");
    expect(port.isCurrent()).toBe(false);
    port.close();
    nodeFs.unlinkSync(path);
    expect(() => port.validate()).toThrow(expect.objectContaining({ code: "FILE_STRUCTURE" }));
  });
});
