// Installs what is missing and builds what is stale, so that `npm start` and
// `npm test` need no step before them. Where nothing changed since the last time,
// this uses no registry and starts no pnpm.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const pnpm = "pnpm@10.34.9"; // the same as "packageManager" in package.json
const stamp = join(root, "node_modules/.tvb-setup"); // the fingerprint of what was installed last
const SECONDS_BETWEEN_LINES = 5;

/** The folders of all packages, as pnpm-workspace.yaml names them. */
function packageFolders() {
  const below = (folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name));
  const folders = [root, ...below("packages"), ...below("examples"), join(root, "bench")];
  return folders.filter((folder) => existsSync(join(folder, "package.json")));
}

/** What an installation depends on, as one hash. */
function fingerprint(folders) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const name of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readFileSync(join(root, name)));
  for (const folder of folders) hash.update(readFileSync(join(folder, "package.json")));
  return hash.digest("hex");
}

function isInstalled(folders) {
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprint(folders)) return false;
  return folders.every((folder) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const names = Object.keys({ ...dependencies, ...devDependencies });
    return names.every((name) => existsSync(join(folder, "node_modules", name, "package.json")));
  });
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** Runs a command, and prints a line from time to time; where it fails, shows its output and exits. */
async function run(what, command, args) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  say(`${what} ...`);
  const timer = setInterval(() => say(`still ${what}, after ${seconds()}`), SECONDS_BETWEEN_LINES * 1000);
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, CI: process.env.CI ?? "" },
    shell: process.platform === "win32" && command === "npx", // npx is a .cmd there
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output += text;
    });
  }
  const end = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  clearInterval(timer);
  if (end !== 0) {
    process.stderr.write(
      `${output}\nsetup: ${command} ${args.join(" ")} failed (${end}) after ${seconds()}\n`,
    );
    process.exit(1);
  }
  say(`done with ${what}, after ${seconds()}`);
}

const folders = packageFolders();
if (isInstalled(folders)) {
  say("nothing to install");
} else {
  const install = ["install", "--frozen-lockfile", "--prefer-offline"];
  await run("installing dependencies with pnpm", "npx", ["--yes", "--prefer-offline", pnpm, ...install]);
  writeFileSync(stamp, fingerprint(folders));
}
// The page of packages/viewer is built by Vite, which takes no types.
const projects = folders.filter(
  (folder) => existsSync(join(folder, "tsconfig.json")) && !existsSync(join(folder, "vite.config.ts")),
);
await run("building what is stale", process.execPath, [
  join(root, "node_modules/typescript/bin/tsc"),
  "-b",
  ...projects,
]);
await run("bundling what is stale", process.execPath, [join(root, "scripts/bundle.mjs")]);
await run("building the page", process.execPath, [join(root, "scripts/build-viewer.mjs")]);
