import { memoryBackend } from "../src/index.js";
import { describeStorageManager } from "../src/suites.js";

describeStorageManager(memoryBackend);
