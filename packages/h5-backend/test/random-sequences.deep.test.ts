import { it } from "vitest";
import { runSequences } from "./support/random-sequences.js";

it("does in 1,500 random sequences of store, append, select and stream what a model in memory does", () =>
  runSequences(1500, 1116));
