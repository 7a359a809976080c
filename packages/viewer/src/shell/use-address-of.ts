import { writeAddress } from "./address.js";
import type { Shown } from "./shown.js";
import { useWorkspace } from "./workspace.js";

/** The page's address for something that it can show; a link to it is followed as any other, back and forward too. */
export function useAddressOf(): (shown: Shown) => string {
  const addresses = useWorkspace((workspace) => workspace.addresses);
  return (shown) => writeAddress(shown, addresses);
}
