import { parseDocument } from "../json/exact-json.js";
import type { ReadableStore } from "../stores/object-store.js";
import { getAgain, type LoadedHierarchy } from "./load.js";
import { parseRoot, ROOT_DOCUMENT } from "./root-document.js";

/**
 * Whether another commit has been made since a hierarchy was loaded. Of hierarchies that other programs wrote it cannot
 * be known.
 *
 * @param hasFailed Something was not found; then the end of the same commit counts, too.
 */
export async function isStale(
  store: ReadableStore,
  found: LoadedHierarchy | undefined,
  hasFailed: boolean,
): Promise<boolean> {
  const { source, commit, format } = found ?? {};
  if (source === undefined || commit === undefined || format === undefined) return false;
  const now = await getAgain(store, ROOT_DOCUMENT[format], source);
  if (now?.isSame === true) return false;
  if (now === undefined || hasFailed) return true;
  try {
    // The end of the commit puts it again, without what was staged.
    return parseRoot(parseDocument(now.source.bytes), format)?.commit !== commit;
  } catch {
    return true; // what it is now, the next transaction says
  }
}
