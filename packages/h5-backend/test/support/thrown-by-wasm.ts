import { getEngine } from "../../src/engine/engine.js";

/**
 * Counts what h5wasm's functions throw from now on. None may: an exception
 * that passes through C frames leaves the stack of the WASM instance where it
 * was, and after some hundreds of them the instance is dead.
 */
export async function countThrown(): Promise<string[]> {
  const { wasm } = await getEngine();
  const thrown: string[] = [];
  const functions: Record<string, unknown> = wasm as object as Record<string, unknown>; // its exports by name
  for (const name of [
    "open",
    "close_file",
    "flush",
    "create_group",
    "create_dataset",
    "resize_dataset",
    "get_dataset_data",
    "set_dataset_data",
    "reclaim_vlen_memory",
    "reclaim_vlen_memory_count",
    "create_attribute",
    "delete_attribute",
  ]) {
    const original = functions[name] as (...given: unknown[]) => unknown; // all of them are functions
    functions[name] = (...given: unknown[]) => {
      try {
        return original(...given);
      } catch (error) {
        thrown.push(`${name}(${given.slice(0, 2).join(", ")}): ${String(error)}`);
        throw error;
      }
    };
  }
  return thrown;
}
