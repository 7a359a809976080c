import { describeProjectStructure } from "@tvb-storage/testkit/suites";
import { StorageInterface } from "../src/index.js";

// What it inherits is in the ordinary tests of FilesHelper.
describeProjectStructure((options) => new StorageInterface(options), { name: "StorageInterface" });
