import { isTVBException } from "@tvb-storage/errors";
import { expect } from "vitest";
import { MemoryStore, type ObjectStore, ZarrStorageManager } from "../../src/index.ts";
import { CHANGES, type Scenario } from "../faults/scenarios.ts";
import { expectForeignView, snapshot } from "../faults/snapshot.ts";
import { leasedStore, TestLease } from "./leased-store.ts";

export interface Trials {
  readonly format: 2 | 3;
  /** Whether the writer that has lost its lease finds out, or relies on the conditions of its puts. */
  readonly isNoticed: boolean;
  /** Whether the manager of the first writer has written before, and knows what is there. */
  readonly isWarm: boolean;
}

/** All kinds of calls, and some that need the same keys as others. */
export const CALLS: readonly Scenario[] = CHANGES;

/** What both did, one after the other, where nobody is paused. */
async function inOrder(
  format: 2 | 3,
  scenario: Scenario,
  ...calls: readonly Scenario["call"][]
): Promise<string> {
  const store = new MemoryStore();
  await scenario.prepare(open(store, format));
  // One may be refused after the other.
  for (const call of calls) await outcome(() => call(open(store, format)));
  return snapshot(store);
}

const open = (store: ObjectStore, format: 2 | 3) => new ZarrStorageManager("a", { store, format });

/**
 * The first writer is paused at each of its requests in turn, when it is already under way; the second one takes the lease
 * over and does its call; then the first one goes on. What is acknowledged is there, wholly; what is not is there wholly or
 * not at all; whoever reads meanwhile sees one commit. Gives the number of trials.
 */
export async function pauseAtEachRequest(
  { format, isNoticed, isWarm }: Trials,
  scenario: Scenario,
  second: Scenario["call"],
): Promise<number> {
  const before = await inOrder(format, scenario);
  const onlyFirst = await inOrder(format, scenario, scenario.call);
  const onlySecond = await inOrder(format, scenario, second);
  const both = [
    await inOrder(format, scenario, scenario.call, second),
    await inOrder(format, scenario, second, scenario.call),
  ];
  for (let paused = 0; ; paused++) {
    const objects = new MemoryStore();
    const lease = new TestLease(isNoticed);
    const store = leasedStore(objects, lease);
    const first = open(store, format);
    await scenario.prepare(isWarm ? first : open(leasedStore(objects, lease), format));
    let count = 0;
    let request: string | undefined;
    let goOn = (): void => undefined;
    const going = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const isPaused = new Promise<void>((resolve) => {
      store.onRequest = async (each) => {
        if (count++ >= paused) {
          request ??= each;
          resolve();
          await going;
        }
        return "done" as const;
      };
    });
    const firstCall = outcome(() => scenario.call(first));
    await Promise.race([isPaused, firstCall]);
    if (request === undefined) return paused;
    const what = `paused at request ${paused}, ${request}`;
    lease.expire();
    const secondError = await outcome(() => second(open(leasedStore(objects, lease), format)));
    const between = await snapshot(objects);
    goOn();
    const firstError = await firstCall;
    store.onRequest = undefined;
    for (const error of [firstError, secondError])
      if (error !== undefined) expect(isTVBException(error), `${what}: ${error}`).toBe(true);
    const now = await snapshot(objects);
    for (const state of [between, now])
      expect([before, onlyFirst, onlySecond, ...both], what).toContain(state);
    if (secondError === undefined)
      expect([onlySecond, ...both], `${what}: the second is there`).toContain(now);
    if (firstError === undefined) expect([onlyFirst, ...both], `${what}: the first is there`).toContain(now);
    // And the next one finds a hierarchy that it can write, which other programs see as it is.
    lease.expire();
    await open(leasedStore(objects, lease), format).setMetadata({ next: "writer" });
    await expectForeignView(objects);
  }
}

async function outcome(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}
