import { expect, it } from "vitest";
import { ReusableBuffers } from "../src/reusable-buffers.js";

const MIB = 1024 * 1024;

it("reuses released memory that is long enough", () => {
  const buffers = new ReusableBuffers();
  const first = buffers.take(2 * MIB - 5);
  expect(first).toHaveLength(2 * MIB - 5);
  buffers.giveBack(first);
  const second = buffers.take(2 * MIB);
  expect(second).toHaveLength(2 * MIB);
  expect(second.buffer).toBe(first.buffer);
});

it("never gives memory that is in use or too short", () => {
  const buffers = new ReusableBuffers();
  const used = buffers.take(MIB);
  expect(buffers.take(MIB).buffer).not.toBe(used.buffer);
  buffers.giveBack(used);
  const longer = buffers.take(3 * MIB);
  expect(longer).toHaveLength(3 * MIB);
  expect(longer.buffer).not.toBe(used.buffer);
});

it("keeps at most 16 MiB, and no short buffers, whose memory others share", () => {
  const buffers = new ReusableBuffers();
  const large = [10, 6, 1].map((mib) => buffers.take(mib * MIB));
  const short = buffers.take(1000);
  for (const buffer of [...large, short]) buffers.giveBack(buffer);
  const again = [10, 6, 1].map((mib) => buffers.take(mib * MIB));
  const same = again.map((buffer, i) => buffer.buffer === large[i]?.buffer);
  expect(same).toEqual([true, true, false]);
});
