import { MemoryStore } from "../../src/index.ts";
import { FaultyStore } from "../faulty-store.ts";
import type { Place } from "./each-fault.ts";

export type MemoryFate = "denied" | "failed" | "lost";

export function memoryPlace(): Place<MemoryFate> {
  const objects = new MemoryStore();
  const store = new FaultyStore(objects);
  return {
    store,
    objects,
    onRequest: (decide) => {
      store.onRequest = decide;
    },
  };
}
