import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { groupsOf } from "../../data/series-blocks.js";
import { Envelope, type Frame } from "../../data/series-envelope.js";
import { covers, type ExactEnvelope, exactFrame, readExactly } from "../../data/series-exact.js";
import type { SeriesReader } from "../../data/series-reader.js";
import { nextWindow, planWindow, VIEW_BYTES, type WindowPlan } from "../../data/series-window.js";
import type { SeriesChoice } from "./series-params.js";

/** What is read ahead of the window, at most. */
const AHEAD_BYTES = VIEW_BYTES / 4;

/** "Read all" while it goes on. */
interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface SeriesFrame {
  readonly frame: Frame;
  readonly plan: WindowPlan;
  /** Whether what is drawn is of every value of the window. */
  readonly isExact: boolean;
  readonly progress: Progress | undefined;
  readonly failure: unknown;
  /** Reads all of the window. */
  readonly readAll: () => void;
  readonly cancel: () => void;
}

/** Reads what a window needs, and sums it up for columns of pixels. */
export function useFrame(
  reader: SeriesReader,
  { window, channels, plane }: SeriesChoice,
  columns: number,
): SeriesFrame {
  const version = useSyncExternalStore(reader.subscribe, () => reader.version);
  const [exact, setExact] = useState<ExactEnvelope | undefined>();
  const [progress, setProgress] = useState<Progress | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const reading = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => reading.current?.abort(), []);

  const planeText = plane.join();
  const channelsText = channels.join();
  const { start, count } = window;
  // biome-ignore lint/correctness/useExhaustiveDependencies: lists are compared by what is in them.
  const plan = useMemo(() => {
    const groups = groupsOf(reader.grid, channels);
    const wanted = planWindow(reader.grid, plane, groups, { start, count }, columns);
    if (wanted.every === 1 || !covers(exact, plane, channels, wanted.window)) return wanted;
    const binMultiple = exact.binRows;
    const summed = planWindow(reader.grid, plane, groups, { start, count }, columns, { binMultiple });
    return { ...summed, every: 1, blocks: [] };
  }, [reader, planeText, channelsText, start, count, columns, exact]);

  const before = useRef(start);
  useEffect(() => {
    const direction = start < before.current ? -1 : 1;
    const ahead =
      start === before.current ? undefined : nextWindow({ start, count }, direction, reader.grid.samples);
    before.current = start;
    const neighbours =
      ahead === undefined || plan.bytes > AHEAD_BYTES
        ? []
        : planWindow(reader.grid, plan.blocks[0]?.plane ?? [], groupsIn(plan), ahead, columns).blocks;
    reader.want([...plan.blocks, ...neighbours]);
  }, [reader, plan, start, count, columns]);

  const envelope = useRef<{ readonly key: string; readonly envelope: Envelope } | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` counts what was read; lists by what is in them.
  const frame = useMemo(() => {
    if (plan.every === 1 && plan.blocks.length === 0 && covers(exact, plane, channels, plan.window))
      return exactFrame(exact, channels, plan);
    const key = `${planeText}/${channelsText}/${plan.binRows}/${plan.every}`;
    if (envelope.current?.key !== key) {
      const groups = groupsOf(reader.grid, channels);
      envelope.current = {
        key,
        envelope: new Envelope(reader, plane, channels, groups, plan.binRows, plan.every),
      };
    }
    return envelope.current.envelope.frame(plan);
  }, [reader, plan, version, exact]);

  const cancel = () => {
    reading.current?.abort();
    reading.current = undefined;
    setProgress(undefined);
  };
  const readAll = () => {
    cancel();
    const controller = new AbortController();
    reading.current = controller;
    setFailure(undefined);
    setProgress({ done: 0, total: 1 });
    readExactly(reader, plane, channels, plan.window, controller.signal, (done, total) => {
      if (!controller.signal.aborted) setProgress({ done, total });
    }).then(
      (all) => {
        if (controller.signal.aborted) return;
        setExact(all);
        setProgress(undefined);
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setFailure(error);
        setProgress(undefined);
      },
    );
  };
  return {
    frame,
    plan,
    isExact: plan.every === 1,
    progress,
    failure: failure ?? reader.failure,
    readAll,
    cancel,
  };
}

function groupsIn({ blocks }: WindowPlan): number[] {
  return [...new Set(blocks.map(({ group }) => group))];
}
