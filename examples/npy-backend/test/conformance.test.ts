import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { npyBackend } from "../src/index.js";

describeStorageManager(npyBackend);
