import { appendFileSync } from "node:fs";
import { HDF5StorageManager } from "@tvb-storage/h5-backend";
import { type MigrationStep, migrateFile } from "../../src/index.js";

// What tests run in processes of their own: node migrate-program.mjs <command> <path> <argument>

const STEPS: readonly MigrationStep[] = [1, 2].map((from) => ({
  from,
  to: from + 1,
  async migrate(manager) {
    const { data } = await manager.getData("data");
    await manager.storeData(
      Float64Array.from(data as Float64Array, (value) => value + 1),
      "data",
    );
    await manager.setMetadata({ [`made_${from + 1}`]: true });
  },
}));

const [, , command = "", path = "", argument = ""] = process.argv;

if (command === "migrate") {
  process.stdout.write("begun\n");
  await migrateFile(path, STEPS, 3);
} else {
  // Appends rows, one commit each, and notes each that is acknowledged.
  const manager = new HDF5StorageManager(path, { lockTimeoutMs: 60_000 });
  for (let row = 0; row < Number(argument); row++) {
    await manager.appendData([row], "rows");
    appendFileSync(`${path}.acknowledged`, `${row}\n`);
    if (row === 0) process.stdout.write("begun\n");
  }
}
