import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { h5Backend } from "../src/index.js";

describeStorageManager(h5Backend);
