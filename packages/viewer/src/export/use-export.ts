import { errorMessage } from "@tvb-storage/files/internal";
import { useEffect, useRef, useState } from "react";

export type ExportState =
  | { readonly state: "idle" }
  /** From 0 to 1. */
  | { readonly state: "running"; readonly progress: number }
  | { readonly state: "failed"; readonly message: string };

interface Running {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** One export at a time, with its progress; `cancel` ends it, and so does leaving the view. */
export function useExport() {
  const [state, setState] = useState<ExportState>({ state: "idle" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  return {
    state,
    cancel: () => running.current?.abort(),
    async run(work: (running: Running) => Promise<void>): Promise<void> {
      const cancel = new AbortController();
      running.current = cancel;
      setState({ state: "running", progress: 0 });
      try {
        await work({
          signal: cancel.signal,
          onProgress: (done, total) =>
            setState({ state: "running", progress: total === 0 ? 1 : done / total }),
        });
        setState({ state: "idle" });
      } catch (error) {
        setState(
          cancel.signal.aborted ? { state: "idle" } : { state: "failed", message: errorMessage(error) },
        );
      }
    },
  };
}
