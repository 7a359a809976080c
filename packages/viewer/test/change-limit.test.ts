import { expect, it } from "vitest";
import { ChangeLimit } from "../src/shell/change-limit.js";

it("lets a change through at once, and of very many only as many as every browser takes", () => {
  const limit = new ChangeLimit();
  // A slider that is dragged for two minutes: a change each 16 ms, of which the last one waits.
  const made: number[] = [];
  for (let now = 0; now < 120_000; now += 16) {
    if (limit.delay(now) > 0) continue;
    limit.changed(now);
    made.push(now);
  }
  expect(made.slice(0, 3)).toEqual([0, 16, 32]);
  const within30s = made.map((start) => made.filter((time) => time >= start && time < start + 30_000).length);
  expect(Math.max(...within30s)).toBeLessThan(100); // Safari's limit
  expect(made.at(-1)).toBeGreaterThan(118_000);
  expect(limit.delay(200_000)).toBe(0);
});
