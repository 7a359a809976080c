import { type DependencyList, useEffect, useState } from "react";

export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly error: unknown }
  | { readonly state: "loaded"; readonly value: T };

/**
 * What `load` gives, loaded again when a dependency changes. The signal is aborted then, or when the component is gone;
 * what comes later is left out.
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  dependencies: DependencyList,
): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  useEffect(() => {
    const cancel = new AbortController();
    setLoaded({ state: "loading" });
    load(cancel.signal).then(
      (value) => cancel.signal.aborted || setLoaded({ state: "loaded", value }),
      (error: unknown) => cancel.signal.aborted || setLoaded({ state: "failed", error }),
    );
    return () => cancel.abort();
    // biome-ignore lint/correctness/useExhaustiveDependencies: `load` is another function each time; what it depends on is given.
  }, dependencies);
  return loaded;
}
