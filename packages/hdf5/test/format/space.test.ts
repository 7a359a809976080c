import { expect, it } from "vitest";
import { createFile } from "../../src/edits/new-file.js";
import { MemoryPort } from "./memory-port.js";

it("space that is taken as zeros has none of what was given back at the end before", () => {
  const file = createFile(new MemoryPort(new Uint8Array()));
  const { space } = file;
  const size = 100;
  const address = space.allocate(size);
  file.write(address, new Uint8Array(size).fill(1));
  space.release([{ address: address + 10, size: size - 10 }]);
  const zeros = space.allocateZeros(200);
  expect(zeros).toBe(address + 10);
  expect(file.bytes("zeros", zeros, 200)).toEqual(new Uint8Array(200));
  expect(file.bytes("what stayed", address, 10)).toEqual(new Uint8Array(10).fill(1));
});

it("a piece that is made longer where it is gets zeros", () => {
  const file = createFile(new MemoryPort(new Uint8Array()));
  const { space } = file;
  const address = space.allocate(60);
  file.write(address, new Uint8Array(60).fill(1));
  space.release([{ address: address + 20, size: 40 }]);
  expect(space.extendWithZeros({ address, size: 20 }, 50)).toBe(true);
  expect(file.bytes("zeros", address + 20, 30)).toEqual(new Uint8Array(30));
});
