// Installs what is missing and builds what is stale, so that `npm start` and
// `npm test` need no step before them. Both halves are no-ops when nothing changed.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const pnpm = "pnpm@10.34.9"; // the same as "packageManager" in package.json

function run(command, args) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", CI: process.env.CI ?? "" },
    shell: process.platform === "win32", // npx is a .cmd there
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  process.stderr.write(
    `\n${command} ${args.join(" ")} failed (${result.error?.message ?? `exit ${result.status}`})\n`,
  );
  process.exit(1);
}

process.stderr.write("setup: installing and building (quick when nothing changed)\n");
run("npx", ["--yes", pnpm, "install", "--frozen-lockfile", "--prefer-offline"]);
run("npx", ["--yes", pnpm, "exec", "turbo", "run", "build", "--output-logs=errors-only"]);
