import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { npyBackend } from "../src/index.js";

describeStorageManager(npyBackend, {
  // Processes of their own load the backend as it was built.
  processes: { module: new URL("../dist/index.js", import.meta.url), backend: "npyBackend" },
});
