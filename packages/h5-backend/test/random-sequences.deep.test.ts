import { it } from "vitest";
import { runSequences } from "./support/random-sequences.js";

it.each(["auto", "h5wasm"] as const)(
  "does with engine %s in 700 random sequences of store, append, select and stream what a model in memory does",
  (engine) => runSequences(700, 1116, engine),
);
