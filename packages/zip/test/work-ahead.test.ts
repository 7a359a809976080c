import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { WorkAhead } from "../src/work-ahead.js";

it("runs as many jobs in parallel as fit by number and by bytes", async () => {
  const ahead = new WorkAhead({ jobs: 3, bytes: 100 });
  let running = 0;
  let held = 0;
  const most = { running: 0, held: 0 };
  for (const bytes of [10, 10, 10, 10, 60, 60, 20, 20]) {
    await ahead.start(bytes, async () => {
      running += 1;
      held += bytes;
      most.running = Math.max(most.running, running);
      most.held = Math.max(most.held, held);
      await setTimeout(2);
      running -= 1;
      held -= bytes;
    });
  }
  await ahead.finish();
  expect(running).toBe(0);
  expect(most.running).toBe(3);
  expect(most.held).toBeLessThanOrEqual(100);
});

it("runs a job that is larger than the limit alone", async () => {
  const ahead = new WorkAhead({ jobs: 3, bytes: 100 });
  const order: string[] = [];
  const job = (name: string) => async () => {
    order.push(`${name} starts`);
    await setTimeout(2);
    order.push(`${name} ends`);
  };
  await ahead.start(10, job("small"));
  await ahead.start(500, job("large"));
  await ahead.start(10, job("last"));
  await ahead.finish();
  expect(order).toEqual([
    "small starts",
    "small ends",
    "large starts",
    "large ends",
    "last starts",
    "last ends",
  ]);
});

it("starts nothing after a job failed, waits for running jobs, and rejects with the first error", async () => {
  const ahead = new WorkAhead({ jobs: 2, bytes: 100 });
  let ended = false;
  await ahead.start(1, async () => {
    await setTimeout(5);
    ended = true;
  });
  await ahead.start(1, async () => {
    throw new Error("first");
  });
  await expect(ahead.start(1, async () => expect.unreachable())).rejects.toThrow("first");
  await expect(ahead.finish()).rejects.toThrow("first");
  expect(ended).toBe(true);
});
