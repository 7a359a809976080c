import { type RemovedLink, removeLink } from "../../src/edits/remove-link.js";

/** Removes a link that is there. */
export function removeExisting(...args: Parameters<typeof removeLink>): RemovedLink {
  const removed = removeLink(...args);
  if (removed === undefined) throw new Error(`there is no link "${args[2]}"`);
  return removed;
}
