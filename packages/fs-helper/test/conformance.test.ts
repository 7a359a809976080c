import { describeProjectStructure } from "@tvb-storage/testkit/suites";
import { FilesHelper } from "../src/index.js";

describeProjectStructure((options) => new FilesHelper(options), { name: "FilesHelper" });
