import { errorMessage } from "@tvb-storage/files/internal";
import { create } from "zustand";
import { addressSource } from "../sources/address-source.js";
import { servedListing, serverSource } from "../sources/server-source.js";
import type { Source } from "../sources/source.js";
import { useWorkspace } from "./workspace.js";

/** How many sources are being opened: a folder is walked, the directory of an archive is read. */
export const useOpenings = create<{ readonly count: number }>(() => ({ count: 0 }));

function count(change: 1 | -1): void {
  useOpenings.setState((before) => ({ count: before.count + change }));
}

/** Adds sources to the page as they are opened; those that cannot be are said. Gives whether all were opened. */
export async function opening(
  sources: readonly Promise<Source>[],
  // Of several at once none is what the user wants to see instead of what is shown.
  { keepShown = sources.length > 1 }: { readonly keepShown?: boolean } = {},
): Promise<boolean> {
  const { addSource, fail } = useWorkspace.getState();
  const opened = await Promise.all(
    sources.map(async (source) => {
      count(1);
      try {
        addSource(await source, { keepShown });
        return true;
      } catch (error) {
        fail(errorMessage(error));
        return false;
      } finally {
        count(-1);
      }
    }),
  );
  return opened.every(Boolean);
}

export function openAddress(
  address: string,
  options: { readonly keepShown?: boolean } = {},
): Promise<boolean> {
  return opening([addressSource(address)], options);
}

/** Opens what the server of the page shows, if it shows files; the page's address says what of them is looked at. */
export async function openServed(): Promise<void> {
  const listing = servedListing(document);
  if (listing !== undefined) await opening([serverSource(listing)], { keepShown: true });
}
