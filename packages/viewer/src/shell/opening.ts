import { addressSource } from "../sources/address-source.js";
import { servedListing, serverSource } from "../sources/server-source.js";
import type { Source } from "../sources/source.js";
import { messageOf } from "./message.js";
import { useWorkspace } from "./workspace.js";

/** Adds sources to the page as they are opened; those that cannot be are said. */
export async function opening(
  sources: readonly Promise<Source>[],
  // Of several at once none is what the user wants to see instead of what is shown.
  { keepShown = sources.length > 1 }: { readonly keepShown?: boolean } = {},
): Promise<void> {
  const { addSource, fail } = useWorkspace.getState();
  await Promise.all(
    sources.map((source) =>
      source.then(
        (opened) => addSource(opened, { keepShown }),
        (error: unknown) => fail(messageOf(error)),
      ),
    ),
  );
}

export function openAddress(address: string, options: { readonly keepShown?: boolean } = {}): Promise<void> {
  return opening([addressSource(address)], options);
}

/** Opens what the server of the page shows, if it shows files; the page's address says what of them is looked at. */
export async function openServed(): Promise<void> {
  const listing = servedListing(document);
  if (listing !== undefined) await opening([serverSource(listing)], { keepShown: true });
}
