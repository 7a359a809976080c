import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { zarrBackend } from "../src/index.ts";

describeStorageManager(zarrBackend);
