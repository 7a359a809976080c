import { FileStorageException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { LongCall } from "../src/long-call.js";

it("counts bytes for the call's own progress, else for the archive's", () => {
  const told: string[] = [];
  const ofArchive = {
    onProgress: (done: number, total: number) => void told.push(`archive ${done}/${total}`),
  };
  const ofCall = { onProgress: (done: number, total: number) => void told.push(`call ${done}/${total}`) };
  for (const call of [new LongCall("it", ofArchive), new LongCall("it", ofArchive, ofCall)]) {
    call.total = 10;
    call.advance(4);
    call.advance(6);
  }
  expect(told).toEqual(["archive 4/10", "archive 10/10", "call 4/10", "call 10/10"]);
});

it("is ended by the archive's signal or the call's, with the reason as cause", () => {
  const stop = new AbortController();
  const calls = [
    new LongCall("it", { signal: stop.signal }),
    new LongCall("it", {}, { signal: stop.signal }),
  ];
  for (const call of calls) call.check();
  stop.abort(new Error("enough"));
  for (const call of calls) {
    expect(() => call.check()).toThrow(FileStorageException);
    expect(() => call.check()).toThrow(expect.objectContaining({ cause: stop.signal.reason }));
  }
});

it("reports all at the end, once, and never more", () => {
  const told: number[] = [];
  const call = new LongCall("it", { onProgress: (done) => void told.push(done) });
  call.total = 10;
  call.advance(4);
  call.finish();
  call.finish();
  call.advanceTo(12);
  expect(told).toEqual([4, 10, 10]);
});

it("reports what is done where the total is unknown", () => {
  const told: number[][] = [];
  const call = new LongCall("it", { onProgress: (...args) => void told.push(args) });
  call.advance(3);
  call.advance(3);
  expect(told).toEqual([
    [3, 0],
    [6, 0],
  ]);
});

it("reports nothing for parts without a listener, which the signal ends too", () => {
  const stop = new AbortController();
  const call = new LongCall("it", { signal: stop.signal, onProgress: () => expect.unreachable() });
  const part = call.quiet();
  part.advance(3);
  part.check();
  stop.abort();
  expect(() => part.check()).toThrow("it: cancelled by its signal");
});

it("lets other work run in a pause, and then checks the signal", async () => {
  const stop = new AbortController();
  const pause = new LongCall("it", { signal: stop.signal }).pause();
  setTimeout(() => stop.abort(), 0);
  await pause;
  stop.abort();
  await expect(new LongCall("it", { signal: stop.signal }).pause()).rejects.toThrow("cancelled");
});
