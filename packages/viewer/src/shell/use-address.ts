import { useEffect } from "react";
import { openedBy, readAddress, writeAddress } from "./address.js";
import { ChangeLimit } from "./change-limit.js";
import { openAddress, openServed } from "./opening.js";
import { isSamePlace } from "./shown.js";
import { useWorkspace } from "./workspace.js";

const limit = new ChangeLimit();

/** Keeps the page's address as what is shown, and what is shown as the address: back and forward go through what was looked at. */
export function useAddress(): void {
  const { shown, addresses } = useWorkspace();

  useEffect(() => {
    const follow = (): void => {
      const { addresses: known, followAddress } = useWorkspace.getState();
      followAddress(location.hash);
      openAll(openedBy(location.hash).filter((address) => !known.includes(address)));
    };
    openAll(openedBy(location.hash));
    void openServed();
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);

  useEffect(() => {
    const address = writeAddress(shown, addresses);
    if (address === location.hash) return;
    // Another place is a step that can be gone back; another look at the same one is not.
    const isStep = !isSamePlace(shown, readAddress(location.hash));
    const url = address || `${location.pathname}${location.search}`;
    const change = () => {
      limit.changed(performance.now());
      if (isStep) history.pushState(null, "", url);
      else history.replaceState(null, "", url);
    };
    const delay = isStep ? 0 : limit.delay(performance.now());
    if (delay === 0) {
      change();
      return;
    }
    const waiting = setTimeout(change, delay);
    return () => clearTimeout(waiting);
  }, [shown, addresses]);
}

/** Opens files because the page's address names them, which says too what of them is shown. */
function openAll(addresses: readonly string[]): void {
  for (const address of addresses) void openAddress(address, { keepShown: true });
}
