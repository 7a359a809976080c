import { FileStorageException } from "@tvb-storage/errors";
import { expect, it } from "vitest";
import { Transfer } from "../src/transfer.js";

it("counts bytes for the call's own progress, else for the archive's", () => {
  const told: string[] = [];
  const ofArchive = {
    onProgress: (done: number, total: number) => void told.push(`archive ${done}/${total}`),
  };
  const ofCall = { onProgress: (done: number, total: number) => void told.push(`call ${done}/${total}`) };
  for (const transfer of [new Transfer("it", ofArchive), new Transfer("it", ofArchive, ofCall)]) {
    transfer.total = 10;
    transfer.advance(4);
    transfer.advance(6);
  }
  expect(told).toEqual(["archive 4/10", "archive 10/10", "call 4/10", "call 10/10"]);
});

it("is ended by the signal of the archive as by that of the call, with the reason as cause", () => {
  const stop = new AbortController();
  const transfers = [
    new Transfer("it", { signal: stop.signal }),
    new Transfer("it", {}, { signal: stop.signal }),
  ];
  for (const transfer of transfers) transfer.check();
  stop.abort(new Error("enough"));
  for (const transfer of transfers) {
    expect(() => transfer.check()).toThrow(FileStorageException);
    expect(() => transfer.check()).toThrow(expect.objectContaining({ cause: stop.signal.reason }));
  }
});
