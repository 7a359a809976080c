declare global {
  // The same as in TypeScript's lib "ESNext.Disposable", which a project that targets a browser may not include.
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** What `await using` closes. Without the symbol (older browsers) the method is not there. */
export interface AsyncDisposableLike {
  [Symbol.asyncDispose](): Promise<void>;
}
