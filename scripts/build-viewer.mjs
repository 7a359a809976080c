// Builds the page of packages/viewer with Vite, where a source of it, or a package that it has parts of, is newer than
// what was built. The page is built beside `dist` and takes its place when it is complete: a build that is ended on its
// way leaves the page as it was, and of two at once each makes a whole one.
//
//   node scripts/build-viewer.mjs
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const viewer = join(root, "packages/viewer");
const dist = join(viewer, "dist");
/** Beginning of the names of folders that a build works in; the number of its process follows. */
const STAGING = ".build-";

/** When the newest of these files was changed, in milliseconds; a folder counts with all files below it. */
function newest(...paths) {
  const times = paths.map((path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 0;
    return stats.isDirectory() ? newest(...readdirSync(path).map((name) => join(path, name))) : stats.mtimeMs;
  });
  return Math.max(0, ...times);
}

function isStale() {
  const { devDependencies } = JSON.parse(readFileSync(join(viewer, "package.json"), "utf8"));
  const own = ["src", "index.html", "package.json", "vite.config.ts"].map((name) => join(viewer, name));
  const others = Object.keys(devDependencies)
    .filter((name) => name.startsWith("@tvb-storage/"))
    .map((name) => join(root, "packages", name.replace("@tvb-storage/", ""), "src"));
  const common = ["scripts/build-viewer.mjs", "test/support/sources.mjs", "pnpm-lock.yaml"].map((name) =>
    join(root, name),
  );
  return newest(...own, ...others, ...common) > newest(join(dist, "index.html"));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // of another user
  }
}

/** Removes what builds left that were ended on their way. */
function removeLeftovers() {
  for (const name of readdirSync(viewer)) {
    const pid = Number(
      name.startsWith(STAGING) ? name.slice(STAGING.length).replace(/-old$/, "") : Number.NaN,
    );
    if (pid > 0 && !isAlive(pid)) rmSync(join(viewer, name), { recursive: true, force: true });
  }
}

/** Puts what was built in the place of the page before. */
function putInPlace(built) {
  const old = `${built}-old`;
  for (;;) {
    try {
      renameSync(dist, old);
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    try {
      renameSync(built, dist);
      break;
    } catch (error) {
      // Another build has put its page there meanwhile.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    } finally {
      rmSync(old, { recursive: true, force: true });
    }
  }
}

if (isStale()) {
  removeLeftovers();
  const started = new Date();
  const built = join(viewer, `${STAGING}${process.pid}`);
  try {
    // Loaded where it is needed: most runs find everything built.
    const { build } = await import(join(viewer, "node_modules/vite/dist/node/index.js"));
    await build({ root: viewer, logLevel: "warn", build: { outDir: built, emptyOutDir: true } });
    // A source that was changed since then may not be in it.
    utimesSync(join(built, "index.html"), started, started);
    putInPlace(built);
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
}
