import type { FileState } from "./file-state.js";
import type { Operation } from "./operation.js";
import {
  type ModelContext,
  predictAppend,
  predictRemove,
  predictRemoveMetadata,
  predictSetMetadata,
  predictStore,
} from "./predict-change.js";
import { predictGet, predictPlain, predictStream } from "./predict-read.js";
import type { Prediction } from "./prediction.js";

/**
 * The contract once more, in the plainest way: what a call does to a file. No code of core is used. `made` says
 * which of the calls that are made while a stream is read have resolved, where that is known.
 */
export function predict(
  state: FileState,
  operation: Operation,
  context: ModelContext,
  made?: readonly boolean[],
): Prediction {
  switch (operation.call) {
    case "storeData":
      return predictStore(state, operation, context);
    case "appendData":
      return predictAppend(state, operation, context);
    case "getData":
      return predictGet(state, operation);
    case "streamData": {
      let after = state;
      for (const [i, each] of (operation.meanwhile ?? []).entries()) {
        const { resolves, next } = predict(after, each, context);
        // A refused call changes nothing.
        if (resolves !== undefined && made?.[i] !== false) after = next;
      }
      return predictStream(state, operation, after);
    }
    case "removeData":
      return predictRemove(state, operation, context);
    case "setMetadata":
      return predictSetMetadata(state, operation, context);
    case "removeMetadata":
      return predictRemoveMetadata(state, operation);
    default:
      return predictPlain(state, operation);
  }
}
