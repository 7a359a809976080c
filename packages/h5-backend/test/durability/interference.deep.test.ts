import { describe } from "vitest";
import { describeInterference } from "./describe-interference.js";

/** node test/durability/interference-trials.mjs runs any number of them. */
const trials = Number(process.env["INTERFERENCE_TRIALS"] ?? 100);

describe("what other processes do to a writer", () => describeInterference(trials));
