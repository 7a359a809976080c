import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { withoutNodeWarnings } from "./support/node-warnings.js";

function standardError(program: string, env: Record<string, string> = {}): string {
  return spawnSync(process.execPath, ["-e", program], { encoding: "utf8", env: { ...process.env, ...env } })
    .stderr;
}

test.each([
  ["a warning", "process.emitWarning('careful')", {}],
  ["a deprecation with its code", "process.emitWarning('old', 'DeprecationWarning', 'DEP0000')", {}],
  // Read when the first secure connection needs it.
  [
    "missing certificates",
    "require('node:tls').createSecureContext()",
    { NODE_EXTRA_CA_CERTS: "/missing.pem" },
  ],
])("%s of Node is left out of what a program says", (_what, program, env) => {
  const text = standardError(`${program}; process.on('exit', () => console.error('error: (as it is)'))`, env);
  expect(text).not.toBe("error: (as it is)\n");
  expect(withoutNodeWarnings(text)).toBe("error: (as it is)\n");
});
