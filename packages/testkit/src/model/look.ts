import type { NDArray, NodeInfo, StorageManager } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { valueCode } from "./code-of.js";
import { compareArray, compareMetadata, compareNodes, type Mismatch } from "./compare.js";
import { cloneArray } from "./element-types.js";
import { type FileState, metadataOf } from "./file-state.js";
import { expectedNodes } from "./predict-read.js";
import { scribble } from "./scribble.js";

/** A difference that a look found, with the call that shows it. */
export interface Seen extends Mismatch {
  readonly code: string;
}

/** What the model adopts of a look: what the contract leaves to the backend. */
export interface Look {
  readonly nodes: readonly NodeInfo[];
  readonly arrays: ReadonlyMap<string, NDArray>;
}

export type LookResult = { readonly difference: Seen } | { readonly look: Look };

class Different extends Error {
  constructor(readonly seen: Seen) {
    super();
  }
}

/**
 * Compares everything that a manager shows of a file with the model: whether it is one, its version, all nodes,
 * each shape, all data and all metadata. Writes into whatever the manager handed out.
 */
export async function lookThrough(m: StorageManager, name: string, state: FileState): Promise<LookResult> {
  const handedOut: unknown[] = [];
  const asked = async <T>(
    code: string,
    call: Promise<T>,
    compare: (found: T) => Mismatch | undefined,
  ): Promise<T> => {
    const found = await call.catch((error: unknown) => {
      throw new Different({
        code: `await ${name}.${code}`,
        expected: "that it resolves",
        found: String(error),
      });
    });
    const mismatch = compare(found);
    if (mismatch !== undefined) throw new Different({ code: `await ${name}.${code}`, ...mismatch });
    handedOut.push(found);
    return found;
  };
  const refused = async (code: string, call: Promise<unknown>, expected: string): Promise<void> => {
    const found = await call.then(valueCode, (error: unknown) =>
      isTVBException(error) ? error.code : String(error),
    );
    if (found !== expected)
      throw new Different({ code: `await ${name}.${code}`, expected: `an exception ${expected}`, found });
  };
  const is = (expected: unknown) => (found: unknown) =>
    valueCode(found) === valueCode(expected)
      ? undefined
      : { expected: valueCode(expected), found: valueCode(found) };
  try {
    await asked("isValidTvbFile();", m.isValidTvbFile(), is(state.size > 0));
    const root = state.get("/");
    if (root === undefined) {
      await refused("listNodes();", m.listNodes(), "FILE_STRUCTURE");
      await refused("getFileDataVersion();", m.getFileDataVersion(), "MISSING_DATA_FILE");
      return { look: { nodes: [], arrays: new Map() } };
    }
    const listed = await asked("listNodes();", m.listNodes(), (found) =>
      compareNodes(found, expectedNodes(state, "/", Number.POSITIVE_INFINITY)),
    );
    const nodes = structuredClone(listed).sort((a, b) => (a.path < b.path ? -1 : 1));
    const arrays = new Map<string, NDArray>();
    for (const [path, node] of state) {
      const at = path.slice(1);
      const shown = valueCode(at);
      await asked(`getMetadata(${shown});`, m.getMetadata(at), (found) =>
        compareMetadata(found, metadataOf(node)),
      );
      const { dataset } = node;
      if (dataset === undefined) continue;
      await asked(`getDataShape(${shown});`, m.getDataShape(at), is(dataset.array.shape));
      const array = await asked(`getData(${shown});`, m.getData(at), (found) => {
        // A placeholder's type and value are the backend's choice.
        const expected = dataset.isOpen && found.shape.length === 1 ? found : dataset.array;
        return compareArray(found, expected, dataset.anyNaN);
      });
      if (dataset.isOpen) arrays.set(path, cloneArray(array));
    }
    return { look: { nodes, arrays } };
  } catch (error) {
    if (error instanceof Different) return { difference: error.seen };
    throw error;
  } finally {
    scribble(handedOut);
  }
}

/** The model with what the backend chose where the contract leaves it open. From then on it must stay so. */
export function adopted(state: FileState, { nodes, arrays }: Look): FileState {
  const next = new Map(state);
  for (const { path, maxShape } of nodes) {
    const node = next.get(path);
    const { dataset } = node ?? {};
    if (node === undefined || dataset === undefined || (dataset.maxShape !== undefined && !dataset.isOpen))
      continue;
    const array = arrays.get(path) ?? dataset.array;
    next.set(path, { ...node, dataset: { ...dataset, array, isOpen: false, maxShape } });
  }
  return next;
}
