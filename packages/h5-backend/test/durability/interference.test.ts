import { describe } from "vitest";
import { describeInterference } from "./describe-interference.js";

describe("what other processes do to a writer, a few trials", () => describeInterference(4));
