import { create } from "zustand";
import type { Source, SourceFile } from "../sources/source.js";
import type { ViewParams } from "../views/view.js";
import { readAddress } from "./address.js";

/** What the page shows, all of which but the opened files is in its address. */
export interface Shown {
  /** Of the chosen file, by the path in its source, so that an address means the same on another machine. */
  readonly file?: string | undefined;
  /** Of the chosen node in the file. */
  readonly node?: string | undefined;
  /** Of the chosen view; the first that shows the file where there is none. */
  readonly view?: string | undefined;
  readonly params: ViewParams;
}

interface Workspace {
  readonly sources: readonly Source[];
  /** Why something could not be opened, the last one first. */
  readonly failures: readonly string[];
  readonly shown: Shown;
  addSource(source: Source): void;
  closeSource(id: string): void;
  fail(message: string): void;
  dismissFailures(): void;
  show(change: Partial<Shown>): void;
}

export const useWorkspace = create<Workspace>((set) => ({
  sources: [],
  failures: [],
  shown: readAddress(globalThis.location?.hash ?? ""),
  addSource: (source) =>
    set(({ sources, shown }) => {
      const [only] = source.files;
      const isChosen = fileAt([...sources, source], shown.file) !== undefined;
      return {
        sources: [...sources.filter(({ id }) => id !== source.id), source],
        // Who opens one file wants to see it.
        ...(source.files.length === 1 && only !== undefined && !isChosen
          ? { shown: { file: only.path, params: {} } }
          : {}),
      };
    }),
  closeSource: (id) => set(({ sources }) => ({ sources: sources.filter((source) => source.id !== id) })),
  fail: (message) => set(({ failures }) => ({ failures: [message, ...failures] })),
  dismissFailures: () => set({ failures: [] }),
  show: (change) => set(({ shown }) => ({ shown: { ...shown, ...change } })),
}));

/** The file of this path, of whatever source. */
export function fileAt(sources: readonly Source[], path: string | undefined): SourceFile | undefined {
  return sources.flatMap(({ files }) => files).find((file) => file.path === path);
}
