import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { npyBackend } from "../src/index.js";

describeStorageManager(npyBackend, {
  // Processes of their own load the backend as it was built: build it before the test.
  processes: { module: new URL("../dist/index.js", import.meta.url), backend: "npyBackend" },
});
