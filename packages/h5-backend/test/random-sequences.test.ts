import { it } from "vitest";
import { runSequences } from "./support/random-sequences.js";

it.each(["auto", "h5wasm"] as const)(
  "does with engine %s in 60 random sequences of store, append, select and stream what a model in memory does",
  (engine) => runSequences(60, 20240227, engine),
);
