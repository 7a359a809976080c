import type { Wasm } from "./h5wasm.js";

const NAME = "tvb_storage_protected";

/**
 * Runs calls into WASM so that C's stack is afterwards where it was before. A
 * call that ends by an exception leaves it where the exception came up, and
 * after some hundreds of them there would be none left. The module does not
 * offer its stack pointer; but Emscripten's `ccall` saves and restores it around
 * a function that is given a text.
 */
export class WasmStack {
  readonly #wasm: Wasm;
  #work: () => void = () => undefined;

  constructor(wasm: Wasm) {
    this.#wasm = wasm;
    // `ccall` finds functions by their name among the module's.
    Object.assign(wasm, { [`_${NAME}`]: () => this.#work() });
  }

  /** Returns or throws what `work` does. */
  protect<T>(work: () => T): T {
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
    this.#work = () => {
      try {
        outcome = { value: work() };
      } catch (error) {
        outcome = { error };
      }
    };
    this.#wasm.ccall(NAME, null, ["string"], [null]);
    if (outcome === undefined) throw new Error("h5wasm did not run what it was to run");
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }
}
