/**
 * Node's zlib, loaded when it is first used: it takes 3 ms, which a program without compressed data need not wait for.
 * Unlike a module's own `require`, this is there in a bundle as CommonJS too.
 */
export function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}
