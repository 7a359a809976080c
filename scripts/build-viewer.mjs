// Builds the page of packages/viewer with Vite, where a source of it, or a package that it has parts of, is newer than
// what was built.
//
//   node scripts/build-viewer.mjs
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
const viewer = join(packages, "viewer");
const built = join(viewer, "dist/index.html");

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
  const own = ["src", "index.html", "package.json", "vite.config.ts"].map((name) => join(viewer, name));
  const others = ["errors", "files", "core", "hdf5", "xml-meta", "zarr-backend"].map((name) =>
    join(packages, name, "src"),
  );
  return newest(...own, ...others) > newest(built);
}

if (isStale()) {
  // Loaded where it is needed: most runs find everything built.
  const { build } = await import(join(viewer, "node_modules/vite/dist/node/index.js"));
  await build({ root: viewer, logLevel: "warn" });
}
