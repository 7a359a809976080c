import { expect, it } from "vitest";
import { FetchedPort } from "../../src/port/fetched-port.js";

const MIB = 2 ** 20;

/** A file of zeros that answers in the next turn of the event loop. */
function zeros(size: number) {
  const source = {
    size,
    asked: [] as string[],
    async read(target: Uint8Array, position: number) {
      source.asked.push(`${position}+${target.length}`);
      await new Promise(setImmediate);
      return target.length;
    },
  };
  return source;
}

const readByte = (port: FetchedPort, position: number) => port.read(new Uint8Array(1), position);

it("asks once for what several calls need at a time", async () => {
  const source = zeros(MIB);
  const port = new FetchedPort(source, "a.h5", 0);
  const step = () => port.step(() => readByte(port, 5000));
  expect(await Promise.all([step(), step(), step()])).toEqual([1, 1, 1]);
  expect(source.asked).toEqual(["4096+4096"]);
});

it("keeps what a step fetched until it is done, however much other calls hold", async () => {
  const source = zeros(100 * MIB);
  const port = new FetchedPort(source, "a.h5", 0);
  const held = Array.from({ length: 20 }, (_, call) =>
    port.fetch([{ position: call * 4 * MIB, length: 4 * MIB }]),
  );
  await Promise.all(held.map(({ fetched }) => fetched));
  source.asked.length = 0;
  const steps = Array.from({ length: 10 }, (_, step) =>
    port.step(() => {
      for (const part of [0, 1, 2]) readByte(port, 81 * MIB + step * 100_000 + part * 10_000);
    }),
  );
  await Promise.all(steps);
  expect(source.asked).toHaveLength(30);
  // And what the others held is not forgotten.
  expect(readByte(port, 79 * MIB)).toBe(1);
  for (const { release } of held) release();
  expect(() => readByte(port, 0)).toThrow(/not there yet/);
});

it("forgets first what was read longest ago", async () => {
  const source = zeros(100 * MIB);
  const port = new FetchedPort(source, "a.h5", 0);
  await port.step(() => readByte(port, 0));
  for (let at = MIB; at < 60 * MIB; at += 4 * MIB) {
    readByte(port, 0);
    const { fetched, release } = port.fetch([{ position: at, length: 4 * MIB }]);
    await fetched;
    release();
  }
  expect(readByte(port, 0)).toBe(1);
  expect(() => readByte(port, 2 * MIB)).toThrow(/not there yet/);
});

it("asks again for what failed, and goes on with what came to others", async () => {
  const source = zeros(MIB);
  const { read } = source;
  source.read = async () => {
    throw new Error("gone");
  };
  const port = new FetchedPort(source, "a.h5", 0);
  const step = () => port.step(() => readByte(port, 0));
  const both = await Promise.allSettled([step(), step()]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  source.read = read;
  expect(await step()).toBe(1);
});
