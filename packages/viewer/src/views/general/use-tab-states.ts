import { type RefObject, useEffect } from "react";

/** h5web's choice between values and metadata has tabs with the state of radio buttons, which screen readers do not tell. */
export function useTabStates(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = container.current;
    if (root === null) return;
    const repair = (): void => {
      for (const tab of root.querySelectorAll("[role=tab][aria-checked]")) {
        tab.setAttribute("aria-selected", tab.getAttribute("aria-checked") ?? "false");
        tab.removeAttribute("aria-checked");
      }
    };
    repair();
    const observer = new MutationObserver(repair);
    observer.observe(root, { attributeFilter: ["aria-checked"], childList: true, subtree: true });
    return () => observer.disconnect();
  }, [container]);
}
