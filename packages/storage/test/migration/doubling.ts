import type { MigrationStep } from "../../src/index.js";

/** Doubles the data, and notes that it did. */
export const doubling = (from: number, to: number): MigrationStep => ({
  from,
  to,
  async migrate(manager) {
    const { data } = await manager.getData("data");
    await manager.storeData(
      Array.from(data as Float64Array, (value) => 2 * value),
      "data",
    );
    await manager.setMetadata({ [`made_${to}`]: true });
  },
});

export const STEPS = [doubling(1, 2), doubling(2, 3), doubling(1, 4), doubling(3, 5), doubling(4, 5)];
