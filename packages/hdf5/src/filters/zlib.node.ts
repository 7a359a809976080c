import nodeModule from "node:module";

const requireBuiltin = nodeModule.createRequire(import.meta.url);
let loaded: typeof import("node:zlib") | undefined;

/** Node's zlib, loaded when it is first used: it takes 3 ms, which a program without compressed data need not wait for. */
export function zlib(): typeof import("node:zlib") {
  loaded ??= requireBuiltin("node:zlib") as typeof import("node:zlib"); // what it is
  return loaded;
}
