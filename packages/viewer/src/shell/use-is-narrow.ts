import { useSyncExternalStore } from "react";

/** As in page.css. */
const NARROW = "(max-width: 45rem)";

/** Whether the page is too narrow for the list of files beside what is shown. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(NARROW);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(NARROW).matches,
  );
}
