import { describe, expect, it } from "vitest";
import { MemoryStore, ZarrStorageManager } from "../src/index.ts";

const numbers = Float64Array.from({ length: 100 }, (_, i) => i);
const chunks = { chunks: [10] };

describe("a long call", () => {
  it("reports the bytes of elements that are done, chunk by chunk", async () => {
    const m = new ZarrStorageManager("a", { store: new MemoryStore() });
    const reports: [string, number, number][] = [];
    const report = (what: string) => (done: number, total: number) => void reports.push([what, done, total]);
    await m.storeData(numbers, "x", { ...chunks, onProgress: report("new") });
    await m.storeData(numbers, "x", { onProgress: report("over") });
    await m.getData("x", { onProgress: report("read") });
    await m.getData("x", { selection: [{ start: 5, stop: 25, step: 1 }], onProgress: report("part") });
    const all = [80, 160, 240, 320, 400, 480, 560, 640, 720, 800].map((done) => [done, 800]);
    for (const what of ["new", "over", "read"])
      expect(reports.filter(([each]) => each === what).map(([, ...numbers]) => numbers)).toEqual(all);
    expect(reports.filter(([each]) => each === "part").at(-1)).toEqual(["part", 160, 160]);
  });

  it("ends where it is cancelled, and a change leaves no object", async () => {
    const store = new MemoryStore();
    const m = new ZarrStorageManager("a", { store });
    await m.storeData(numbers, "x", chunks);
    const before = [...store.entries().keys()].sort();
    const cancelled = () => {
      const control = new AbortController();
      return { signal: control.signal, onProgress: () => control.abort() };
    };
    const failed = { code: "FILE_STORAGE", message: expect.stringMatching(/cancelled|aborted/) };
    await expect(m.getData("x", cancelled())).rejects.toMatchObject(failed);
    await expect(m.storeData(numbers, "y", { ...chunks, ...cancelled() })).rejects.toMatchObject(failed);
    await expect(
      m.storeData(
        numbers.map((each) => -each),
        "x",
        cancelled(),
      ),
    ).rejects.toMatchObject(failed);
    expect([...(await m.getData("x")).data]).toEqual([...numbers]);
    expect([...store.entries().keys()].sort()).toEqual(before);
  });
});
