import { isTVBException } from "@tvb-storage/errors";
import { expect } from "vitest";
import { type ObjectStore, ZarrStorageManager } from "../../src/index.ts";
import type { Scenario } from "./scenarios.ts";
import { expectForeignView, snapshot } from "./snapshot.ts";

/** A store whose requests fail, and the same objects without faults. */
export interface Place<Fate> {
  readonly store: ObjectStore;
  readonly objects: ObjectStore;
  /** From now on `decide` is asked what becomes of each request to `store`; undefined: all are done. */
  onRequest(decide: ((request: string) => Fate | "done" | Promise<Fate | "done">) | undefined): void;
}

/** How a request fails: this one alone, or it and all after it. */
export interface Fault<Fate> {
  readonly fate: Fate;
  readonly mode: "once" | "on";
  /** The call is to succeed all the same: the request is repeated. */
  readonly isOvercome?: boolean;
}

export interface FaultTrials<Fate> {
  readonly format: 2 | 3;
  /** An empty one, for a trial with a fault. */
  makePlace(fault?: Fault<Fate>): Place<Fate>;
  /** What becomes of a request, each in a trial of its own. */
  faultsOf(request: number): readonly Fault<Fate>[];
  /** A reader looks at each request of a call without faults; default true. It must not be one of `store`'s requests. */
  readonly isWatched?: boolean;
}

/** All faults of these kinds, for each request. */
export function eachFault<Fate>(fates: readonly Fate[]): readonly Fault<Fate>[] {
  return fates.flatMap((fate) => [
    { fate, mode: "once" },
    { fate, mode: "on" },
  ]);
}

/** What a call does where no request fails: its requests, and the hierarchy before and after. */
async function observe<Fate>({ makePlace, format, isWatched = true }: FaultTrials<Fate>, scenario: Scenario) {
  const { store, objects, onRequest } = makePlace();
  await scenario.prepare(new ZarrStorageManager("a", { store: objects, format }));
  const before = await snapshot(objects);
  const requests: string[] = [];
  const seen: string[] = [];
  onRequest(async (request) => {
    requests.push(request);
    if (isWatched) seen.push(await snapshot(objects));
    return "done" as const;
  });
  await scenario.call(new ZarrStorageManager("a", { store, format }));
  onRequest(undefined);
  const after = await snapshot(objects);
  const clean = [await keysAfterNext(makePlace(), format, scenario, false)];
  clean.push(await keysAfterNext(makePlace(), format, scenario, true));
  return { before, after, requests, seen, clean };
}

/** The keys of a hierarchy that was written without faults, before or after a call, once the next writer has followed. */
async function keysAfterNext<Fate>(
  { objects }: Place<Fate>,
  format: 2 | 3,
  { prepare, call }: Scenario,
  isDone: boolean,
): Promise<string[]> {
  const m = new ZarrStorageManager("a", { store: objects, format });
  await prepare(m);
  if (isDone) await call(m);
  await m.setMetadata({ next: "writer" });
  return keysOf(objects);
}

async function keysOf(objects: ObjectStore): Promise<string[]> {
  return (await objects.list("a/")).map(({ key }) => key).sort();
}

/**
 * Lets each request of a call fail in turn. Then: what is acknowledged is there; what is not is wholly there or not at all; the
 * error is one of ours; the next writer finds a hierarchy that it can write; a sweep leaves no more than what belongs there. Gives the number of trials.
 */
export async function failEachRequest<Fate extends string>(
  trials: FaultTrials<Fate>,
  scenario: Scenario,
): Promise<number> {
  const { format, makePlace, faultsOf } = trials;
  const { before, after, requests, seen, clean } = await observe(trials, scenario);
  const isPart = (now: string): boolean =>
    now === before || (scenario.byRows === true && hasRowsOf(now, before, after));
  // Who reads meanwhile sees one commit, and none that goes again.
  const committed = seen.indexOf(after);
  expect(seen.slice(0, committed < 0 ? undefined : committed).filter((each) => !isPart(each))).toEqual([]);
  expect(seen.slice(committed < 0 ? seen.length : committed).filter((each) => each !== after)).toEqual([]);
  let count = 0;
  for (let failing = 0; failing < requests.length; failing++)
    for (const fault of faultsOf(failing)) {
      const { fate, mode, isOvercome = false } = fault;
      const what = `${fate} ${mode} at request ${failing}: ${requests[failing]}`;
      const { store, objects, onRequest } = makePlace(fault);
      await scenario.prepare(new ZarrStorageManager("a", { store: objects, format }));
      let index = -1;
      onRequest(() => {
        index += 1;
        return index === failing || (mode === "on" && index > failing) ? fate : "done";
      });
      const failure = await scenario.call(new ZarrStorageManager("a", { store, format })).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      onRequest(undefined);
      if (failure !== undefined)
        expect(isTVBException(failure.error), `${what}: ${failure.error}`).toBe(true);
      if (isOvercome) expect(failure, what).toBeUndefined();
      const now = await snapshot(objects);
      if (failure === undefined || !isPart(now)) expect(now, what).toBe(after);
      const m = new ZarrStorageManager("a", { store: objects, format });
      await m.setMetadata({ next: "writer" });
      const next = await snapshot(objects);
      const expected = now === "none" ? "{}" : now;
      expect(withoutNext(next, expected), what).toBe(expected);
      await expectForeignView(objects);
      expect((await m.sweep()).unknown, what).toEqual([]);
      const keys = await keysOf(objects);
      if (scenario.byRows === true) expect(clean[1], what).toEqual(expect.arrayContaining(keys));
      else expect(clean, what).toContainEqual(keys);
      count += 1;
    }
  return count;
}

/** A snapshot without what the next writer has set. */
function withoutNext(text: string, before: string): string {
  const all = JSON.parse(text) as Record<string, Record<string, unknown>>; // by `snapshot`
  delete all["/"]?.["next"];
  if (before === "{}") delete all["/"];
  return JSON.stringify(all);
}

/** Whether each row is one of either. */
function hasRowsOf(now: string, before: string, after: string): boolean {
  const [each, old, wanted] = [now, before, after].map((text) => text.split(/(?<=\]|null),/));
  return (
    each?.length === wanted?.length &&
    each?.every((row, i) => row === old?.[i] || row === wanted?.[i]) === true
  );
}
