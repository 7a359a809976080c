import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { remoteBackend } from "../src/index.js";
import { options } from "./kit-options.js";

describeStorageManager(remoteBackend, options);
