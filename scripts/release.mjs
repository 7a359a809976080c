// Makes a release: `npm run release`, or `npm run release -- --dry-run` for all steps without
// effects, in a copy. CONTRIBUTING.md, "Releasing", describes its use.
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { pack, pnpm, root, run } from "./packed.mjs";
import { provenanceProblems, releaseProblems, tarballProblems, withRepository } from "./release-rules.mjs";

const OPTIONS = {
  "dry-run": { type: "boolean", default: false },
  prepare: { type: "boolean", default: false },
  "without-provenance": { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
};
const NOWHERE = "http://127.0.0.1:9"; // a registry that never answers, so that a dry run publishes nothing

const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

class Refusal extends Error {}

/** Refuses with the problems, one a line. */
function refuse(what, problems) {
  throw new Refusal(`${what}:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
}

async function git(folder, ...args) {
  return (await run("git", args, folder)).trim();
}

/** The result of `git status`, the same before and after a dry run. */
async function stateOf(folder) {
  const parts = [
    ["rev-parse", "HEAD"],
    ["status", "--porcelain"],
    ["tag", "--list"],
    ["stash", "list"],
  ];
  return (await Promise.all(parts.map((args) => git(folder, ...args)))).join("\n");
}

/** Runs a command with its output shown. */
function show([command, ...args], cwd, more = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CI: "true", ...more };
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Refusal(`${command} ${args.join(" ")} failed (${signal ?? `exit ${code}`})`));
    });
  });
}

/** The packages of a tree that are published, with their folders. */
function publishedPackages(folder) {
  return readdirSync(join(folder, "packages"))
    .map((name) => ({ directory: `packages/${name}`, path: join(folder, "packages", name, "package.json") }))
    .map((each) => ({ ...each, manifest: readJson(each.path) }))
    .filter(({ manifest }) => manifest.private !== true);
}

function waitingChangesets(folder) {
  return readdirSync(join(folder, ".changeset")).filter(
    (name) => name.endsWith(".md") && name !== "README.md",
  );
}

async function setVersions(folder) {
  await show(["npx", ...pnpm, "exec", "changeset", "version"], folder);
  const { repository } = readJson(join(folder, "package.json"));
  for (const { directory, path, manifest } of publishedPackages(folder)) {
    console.log(`${manifest.name} ${manifest.version}`);
    if (repository === undefined) continue;
    const wanted = withRepository(manifest, repository, directory);
    writeFileSync(path, `${JSON.stringify(wanted, undefined, 2)}\n`);
  }
}

async function install(folder, lockFile) {
  await show(["npx", ...pnpm, "install", "--prefer-offline", lockFile], folder);
}

async function checkTarballs(folder) {
  const temporary = mkdtempSync(join(tmpdir(), "release-tarballs-"));
  try {
    const tarballs = await pack(temporary, folder);
    const packages = publishedPackages(folder);
    const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
    const problems = [...tarballs.keys()]
      .filter((name) => !versions.has(name))
      .map((name) => `${name}: it is packed, but private`);
    const work = packages.map(async ({ directory, manifest }) => {
      const tarball = tarballs.get(manifest.name)?.replace("file:", "");
      const found =
        tarball === undefined
          ? ["it was not packed"]
          : await problemsOfTarball(tarball, join(folder, directory), versions);
      problems.push(...found.map((problem) => `${manifest.name}: ${problem}`));
    });
    await Promise.all(work);
    if (problems.length > 0) refuse("the tarballs are not right", problems);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Lists what npm would publish of a tarball; nothing is sent. */
const PUBLISH_NOTHING = [
  ...["publish", "--dry-run", "--json", "--access=public", "--fetch-retries=0"],
  ...[`--registry=${NOWHERE}`, `--@tvb-storage:registry=${NOWHERE}`],
];

/** What is wrong with one tarball, by our rules and by npm's. */
async function problemsOfTarball(tarball, source, versions) {
  const unpacked = mkdtempSync(join(dirname(tarball), "unpacked-"));
  await run("tar", ["-xzf", tarball, "-C", unpacked], unpacked);
  const manifest = readJson(join(unpacked, "package/package.json"));
  const output = JSON.parse(await run("npm", [...PUBLISH_NOTHING, tarball], unpacked));
  const { files, size } = output[manifest.name] ?? output; // by name since npm 11
  const kib = Math.ceil(size / 1024);
  console.log(`${manifest.name} ${manifest.version}: ${files.length} files, ${kib} KiB packed`);
  const changelogFile = join(source, "CHANGELOG.md");
  const changelog = existsSync(changelogFile) ? readFileSync(changelogFile, "utf8") : undefined;
  return tarballProblems({ manifest, files: files.map(({ path }) => path), changelog, versions });
}

async function commit(folder) {
  const versions = publishedPackages(folder).map(({ manifest }) => `${manifest.name} ${manifest.version}`);
  await show(["git", "add", "--all"], folder);
  await show(
    [
      "git",
      "commit",
      "--message",
      `release: the versions that the changesets ask for\n\n${versions.join("\n")}`,
    ],
    folder,
  );
}

/** Publishes what the registry does not have yet, and tags it. */
async function publish(folder, hasProvenance) {
  const more = { NPM_CONFIG_PROVENANCE: String(hasProvenance) };
  await show(["npx", ...pnpm, "exec", "changeset", "publish"], folder, more);
}

async function push(folder) {
  await show(["git", "push", "--follow-tags"], folder);
}

/** A copy of all files that git tracks or would add, as a new repository. */
async function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), "release-dry-run-"));
  const files = await git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  const deleted = new Set((await git(root, "ls-files", "-z", "--deleted")).split("\0"));
  for (const file of files.split("\0")) {
    if (file === "" || deleted.has(file)) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(root, file), join(copy, file));
  }
  const identity = ["-c", "user.name=release", "-c", "user.email=release@localhost"];
  await git(copy, "init", "--quiet", "--initial-branch=main");
  await git(copy, "add", "--all");
  await git(copy, ...identity, "commit", "--quiet", "--message", "dry run");
  return copy;
}

const VERSION_STEPS = [
  ["versions and changelogs from the changesets", setVersions],
  ["lock file", (folder) => install(folder, "--no-frozen-lockfile")],
];
const DEPENDENCIES = ["dependencies", (folder) => install(folder, "--frozen-lockfile")];
const BUILD = ["build", (folder) => show(["npm", "run", "build", "--", "--filter=./packages/*"], folder)];
const TARBALLS = ["tarballs, as npm would publish them", checkTarballs];
const LINT = ["lint", (folder) => show(["npm", "run", "lint"], folder)];
const CHECK = ["check", (folder) => show(["npm", "run", "check"], folder)];

async function runSteps(steps, folder, ask) {
  for (const [index, [name, work]] of steps.entries()) {
    console.log(`\n--- ${index + 1} of ${steps.length}: ${name}`);
    if (ask !== undefined && !/^y/i.test(await ask(`${name}? [y/n] `))) {
      throw new Refusal(`stopped before "${name}"`);
    }
    await work(folder);
  }
}

async function dryRun() {
  const before = await stateOf(root);
  const copy = await copyTree();
  try {
    await runSteps([DEPENDENCIES, ...VERSION_STEPS, BUILD, LINT, TARBALLS], copy);
    const left = waitingChangesets(copy);
    if (left.length > 0) refuse("changesets that gave no version", left);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  if ((await stateOf(root)) !== before)
    throw new Refusal("the dry run changed the tree that it was started in");
  console.log("\nthe dry run passed; nothing was committed, tagged or published");
}

async function release(options) {
  const { baseBranch } = readJson(join(root, ".changeset/config.json"));
  const branch = await git(root, "branch", "--show-current");
  const status = await git(root, "status", "--porcelain");
  const problems = releaseProblems({ branch, baseBranch, changedFiles: status.split("\n").filter(Boolean) });
  if (problems.length > 0) refuse("a release does not begin here", problems);

  const hasProvenance = !options["without-provenance"];
  const { repository } = readJson(join(root, "package.json"));
  const unsigned = provenanceProblems({ repository, env: process.env });
  if (!options.prepare && hasProvenance && unsigned.length > 0) {
    refuse(
      "nothing can be published with provenance here (--prepare only commits, --without-provenance goes without)",
      unsigned,
    );
  }

  const changesets = waitingChangesets(root).length;
  console.log(`${changesets} changesets wait. A release runs no tests: let .ci/run pass before it.`);
  const steps = [
    DEPENDENCIES,
    ...(changesets > 0 ? VERSION_STEPS : []),
    BUILD,
    LINT,
    CHECK,
    TARBALLS,
    ...(changesets > 0 ? [["commit", commit]] : []),
  ];
  if (!options.prepare) {
    steps.push(["publish", (folder) => publish(folder, hasProvenance)]);
    steps.push(["push the commit and the tags", push]);
  }
  if (options.yes) return runSteps(steps, root);
  if (!process.stdin.isTTY)
    throw new Refusal("nobody can be asked before each step; --yes goes without asking");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    await runSteps(steps, root, (question) => terminal.question(question));
  } finally {
    terminal.close();
  }
}

function givenOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new Refusal(error.message);
  }
}

try {
  const options = givenOptions();
  await (options["dry-run"] ? dryRun() : release(options));
} catch (error) {
  console.error(error instanceof Refusal ? `\nrelease: ${error.message}` : error);
  process.exitCode = 1;
}
