let isLoaded = false;

/** From here on, WebAssembly that is instantiated is noticed: HDF5, blosc, zstd and lz4. */
export function watchWasm(): void {
  // It is in every Node, but not in the declarations without those of browsers.
  const { WebAssembly: wasm } = globalThis as unknown as {
    WebAssembly: { instantiate(...args: unknown[]): unknown };
  };
  const { instantiate } = wasm;
  wasm.instantiate = (...args) => {
    isLoaded = true;
    return instantiate.apply(wasm, args);
  };
}

/** 1 where WebAssembly was instantiated since, else 0. */
export function wasmLoaded(): number {
  return Number(isLoaded);
}
