import { type DependencyList, useEffect, useState } from "react";

export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly error: unknown }
  | { readonly state: "loaded"; readonly value: T };

const LOADING = { state: "loading" } as const;

/**
 * What `load` gives, loaded again when a dependency changes. The signal is aborted then, or when the component is gone;
 * what comes later is left out. What was loaded for other dependencies is never given, not even while the page is drawn
 * once before it is loaded again: it may be of another file.
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  dependencies: DependencyList,
): Loaded<T> {
  const [{ loaded, of }, setLoaded] = useState<{ loaded: Loaded<T>; of: DependencyList }>({
    loaded: LOADING,
    of: dependencies,
  });
  useEffect(() => {
    const cancel = new AbortController();
    const set = (next: Loaded<T>) => cancel.signal.aborted || setLoaded({ loaded: next, of: dependencies });
    set(LOADING);
    load(cancel.signal).then(
      (value) => set({ state: "loaded", value }),
      (error: unknown) => set({ state: "failed", error }),
    );
    return () => cancel.abort();
    // biome-ignore lint/correctness/useExhaustiveDependencies: `load` is another function each time; what it depends on is given.
  }, dependencies);
  return dependencies.every((each, at) => Object.is(each, of[at])) ? loaded : LOADING;
}
