import { errorMessage } from "@tvb-storage/files/internal";
import { useEffect, useState } from "react";
import { summaryOf } from "../data/file-summary.js";
import type { SourceFile } from "../sources/source.js";
import type { Described } from "./datatypes.js";

/** Files that are opened at the same time. */
const PARALLEL = 4;
/** Files whose turn has come since the last time that the page was drawn are shown together. */
const DRAW_MS = 100;

const WAITING: Described = { state: "waiting" };
/** What was described stays so while the page is open. */
const known = new WeakMap<SourceFile, Described>();

/** Opens files one after the other, some at the same time, for what they say of themselves. */
export function useDescribed(files: readonly SourceFile[]): (file: SourceFile) => Described {
  const [, setDone] = useState(0);
  useEffect(() => {
    const waiting = files.filter((file) => !known.has(file)).values();
    let isGone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setDone((count) => count + 1);
      }, DRAW_MS);
    };
    const work = async (): Promise<void> => {
      // Workers share the iterator, so each file is taken once.
      for (const file of waiting) {
        const described = await describe(file);
        known.set(file, described);
        if (isGone) return;
        draw();
      }
    };
    for (let worker = 0; worker < PARALLEL; worker++) void work();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [files]);
  return (file) => known.get(file) ?? WAITING;
}

async function describe(file: SourceFile): Promise<Described> {
  try {
    return { state: "described", summary: await summaryOf(file, await file.data()) };
  } catch (error) {
    return { state: "failed", reason: errorMessage(error) };
  }
}
