// Other versions of Node, from the npm package `node`.

/** The command that runs `node` of this version, such as "22". */
export function nodeOf(version) {
  return ["npx", "--yes", "--prefer-offline", "-p", `node@${version}`, "node"];
}

/** The command that runs the tests with `node` of this version, on a tree that is set up. */
export function testsOn(version) {
  return [...nodeOf(version), "node_modules/vitest/vitest.mjs", "run"];
}
