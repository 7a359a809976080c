import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { zarrBackend } from "../src/index.ts";

describeStorageManager(zarrBackend, {
  processes: { module: new URL("../dist/index.js", import.meta.url), backend: "zarrBackend" },
});
