import { type RefObject, useEffect } from "react";

/** Closes a list that lies over what is beside it: by Escape, by a click elsewhere, and when the focus goes elsewhere. */
export function useClosedOutside(list: RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const leave = ({ target }: Event): void => {
      if (list.current !== null && target instanceof Node && !list.current.contains(target))
        list.current.open = false;
    };
    const closeByKey = ({ key }: KeyboardEvent): void => {
      if (key !== "Escape" || list.current?.open !== true) return;
      const hadFocus = list.current.contains(document.activeElement);
      list.current.open = false;
      if (hadFocus) list.current.querySelector("summary")?.focus();
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    document.addEventListener("keydown", closeByKey);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
      document.removeEventListener("keydown", closeByKey);
    };
  }, [list]);
}
