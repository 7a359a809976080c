import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { s3Kit } from "./kit.ts";

describeStorageManager(...s3Kit(3));
