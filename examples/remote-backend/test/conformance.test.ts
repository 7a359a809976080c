import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { remoteBackend } from "../src/index.js";
import { kitOptions } from "./kit-options.js";

describeStorageManager(remoteBackend, kitOptions());
