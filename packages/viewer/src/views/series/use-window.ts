import { useEffect, useRef, useState } from "react";
import type { Series } from "../../data/series.js";
import { fitWindow, type SampleWindow } from "../../data/series-window.js";
import type { ViewProps } from "../view.js";
import { windowTexts } from "./series-params.js";

/** The address follows when the window has rested for so long: browsers allow only some changes of it a second. */
const REST_MS = 200;

/** The window while it is moved, and its move. */
export function useWindow(
  series: Series,
  inAddress: SampleWindow,
  setParams: ViewProps["setParams"],
): readonly [SampleWindow, (next: SampleWindow) => void] {
  const [moved, setMoved] = useState<SampleWindow | undefined>();
  const latest = useRef(setParams); // another function at each render
  latest.current = setParams;
  useEffect(() => {
    if (moved === undefined) return;
    const timer = setTimeout(() => {
      latest.current(windowTexts(series, moved));
      setMoved(undefined);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [moved, series]);
  return [moved ?? inAddress, (next) => setMoved(fitWindow(next, series.samples))];
}
