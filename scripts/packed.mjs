// Shared by the checks of packed packages: packing them, and running a command.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
/** The arguments of npx for the pnpm of this repository. */
export const pnpm = [
  "--yes",
  "--prefer-offline",
  JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager,
];

/** Runs a command; resolves with what it printed to its standard output, rejects with all that it printed where it fails. */
export function run(command, args, cwd) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_OPTIONS: "", npm_config_loglevel: "error" };
    const child = spawn(command, args, { cwd, env, shell: process.platform === "win32" });
    let output = "";
    let all = "";
    child.stdout.on("data", (text) => {
      output += text;
      all += text;
    });
    child.stderr.on("data", (text) => {
      all += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(" ")} failed (${signal ?? `exit ${code}`})\n${all}`));
    });
  });
}

/** The short names of the packages. */
export async function packageNames() {
  const entries = await readdir(join(root, "packages"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Packs every package of the repository at `from` into `folder`; the addresses of the tarballs by package name. */
export async function pack(folder, from = root) {
  await mkdir(folder, { recursive: true });
  const args = [...pnpm, "-r", "--filter", "./packages/*", "pack", "--pack-destination", folder];
  await run("npx", args, from);
  const tarballs = new Map();
  for (const file of await readdir(folder)) {
    const name = /^tvb-storage-(.+)-\d+\.\d+\.\d+.*\.tgz$/.exec(file)?.[1];
    if (name !== undefined) tarballs.set(`@tvb-storage/${name}`, `file:${join(folder, file)}`);
  }
  return tarballs;
}

/** Installs into a folder that has a package.json, with as few requests to the registry as possible. */
export async function install(folder) {
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
}

/** The version of a tool that this repository itself uses. */
export async function versionHere(name) {
  return JSON.parse(await readFile(join(root, "node_modules", name, "package.json"), "utf8")).version;
}
