import { FileStorageException } from "@tvb-storage/errors";
import type { MemoryStore, ObjectStore, StoreLock } from "../../src/index.ts";
import { FaultyStore } from "../faulty-store.ts";

/** The lease of a store, which a test takes from its holder at any moment. */
export class TestLease {
  #holder: symbol | undefined;
  #isDead = false;

  /** @param isNoticed Its holder finds out when it was taken; otherwise the holder believes that it has it. */
  constructor(private readonly isNoticed: boolean) {}

  /** As if its holder had been silent for too long. */
  expire(): void {
    this.#isDead = this.#holder !== undefined;
  }

  take(): StoreLock {
    if (this.#holder !== undefined && !this.#isDead) throw new FileStorageException("it is being written");
    const holder = Symbol("holder");
    const tookOver = this.#isDead;
    this.#holder = holder;
    this.#isDead = false;
    return {
      tookOver,
      canBeLost: true,
      assertHeld: () => {
        if (this.isNoticed && (this.#holder !== holder || this.#isDead))
          throw new FileStorageException("the lease was lost; repeat the call");
      },
      release: (isUnfinished) => {
        if (this.#holder !== holder) return;
        this.#isDead = isUnfinished === true;
        if (isUnfinished !== true) this.#holder = undefined;
      },
    };
  }
}

/** One process's access to a store that has a lease. */
export function leasedStore(objects: MemoryStore, lease: TestLease): FaultyStore & ObjectStore {
  return Object.assign(new FaultyStore(objects), { lock: async () => lease.take() });
}
