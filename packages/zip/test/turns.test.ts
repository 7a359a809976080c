import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { Turns } from "../src/turns.js";

it("runs so many jobs at once as it was told, and all of them in the order in which they came", async () => {
  const turns = new Turns(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.all(
    [1, 2, 3, 4, 5].map((name) =>
      turns.run(async () => {
        started.push(name);
        running += 1;
        most = Math.max(most, running);
        await setTimeout(1);
        running -= 1;
        return name * 10;
      }),
    ),
  );
  expect(results).toEqual([10, 20, 30, 40, 50]);
  expect(started).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});

it("lets the next have its turn where one fails", async () => {
  const turns = new Turns(1);
  const failing = turns.run(() => Promise.reject(new Error("the disk is broken")));
  const next = turns.run(async () => "done");
  await expect(failing).rejects.toThrow("the disk is broken");
  expect(await next).toBe("done");
  expect(await turns.run(async () => "and later")).toBe("and later");
});
