// Packs every package, installs each alone from the tarballs into an empty folder,
// and runs the first example of its README there with plain Node, as for a user
// who installs only that package. The command of cli runs there by npx.
//
//   node scripts/check-alone.mjs [package ...]     default: all of them
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layers } from "./layers.mjs";
import { install, pack, packageNames, run } from "./packed.mjs";

const AT_A_TIME = 2;

/** The libraries that a package and those that it imports use, by its short name. */
function librariesOf(name) {
  const { imports } = layers.find((layer) => layer.name === name);
  const own = imports.filter((each) => each.startsWith("@tvb-storage/")).map((each) => each.split("/")[1]);
  const libraries = imports
    .filter((each) => !/^(@tvb-storage\/|node:|#)/.test(each))
    .map((each) => /^(@[^/]+\/)?[^/]+/.exec(each)?.[0] ?? each); // without a path in it
  return new Set([...libraries, ...own.flatMap((each) => [...librariesOf(each)])]);
}

/** The libraries that must not come with a package: other packages use them. */
function unwantedBy(name) {
  const all = new Set(layers.flatMap((layer) => [...librariesOf(layer.name)]));
  return [...all].filter((library) => !librariesOf(name).has(library));
}

/** The first JavaScript block of a README. */
function firstExample(readme) {
  const example = /^```js\n([\s\S]*?)^```$/m.exec(readme)?.[1];
  if (example === undefined) throw new Error("its README.md has no ```js block");
  return example;
}

/** The names of all packages that were installed, each with those that it depends on. */
async function installedPackages(folder) {
  const lock = JSON.parse(await readFile(join(folder, "package-lock.json"), "utf8"));
  return new Map(
    Object.entries(lock.packages)
      .filter(([path]) => path !== "")
      .map(([path, { dependencies = {} }]) => [
        path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
        Object.keys(dependencies),
      ]),
  );
}

async function checkAlone(name, tarballs, folder) {
  const full = `@tvb-storage/${name}`;
  const tarball = tarballs.get(full);
  if (tarball === undefined) throw new Error("it was not packed");
  // The packages of this repository come from the tarballs, since they may not be published yet.
  const overrides = Object.fromEntries([...tarballs].filter(([other]) => other !== full));
  const manifest = { private: true, dependencies: { [full]: tarball }, overrides };
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await install(folder);

  const installed = await installedPackages(folder);
  if (name === "errors" && installed.size > 1)
    throw new Error(`it brings dependencies: ${[...installed.keys()].join(", ")}`);
  // What its own libraries need comes with them.
  const needed = new Set([...librariesOf(name)].flatMap((library) => installed.get(library) ?? []));
  for (const unwanted of unwantedBy(name)) {
    if (installed.has(unwanted) && !needed.has(unwanted)) throw new Error(`it brings ${unwanted}`);
  }

  const own = join(folder, "node_modules", full);
  await writeFile(join(folder, "example.mjs"), firstExample(await readFile(join(own, "README.md"), "utf8")));
  const output = await run(process.execPath, ["example.mjs"], folder);
  if (output.trim() === "") throw new Error("its example prints nothing");
  if (name === "cli") await checkCommand(full, folder);
  return installed.size;
}

/** The example has made a file, which the command lists. */
async function checkCommand(full, folder) {
  for (const command of [full, "tvb-storage"]) {
    const listed = await run("npx", ["--no-install", command, "ls", "signal.h5"], folder);
    if (!listed.includes("/run/data")) throw new Error(`npx ${command} ls signal.h5 prints ${listed}`);
  }
}

const temporary = await mkdtemp(join(tmpdir(), "check-alone-"));
let failed = 0;
try {
  const wanted = process.argv.slice(2);
  const names = wanted.length > 0 ? wanted : await packageNames();
  const tarballs = await pack(join(temporary, "tarballs"));
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const started = performance.now();
      try {
        const count = await checkAlone(name, tarballs, join(temporary, name));
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        console.log(
          `ok   @tvb-storage/${name} alone: its README example runs, ${count} packages, ${seconds} s`,
        );
      } catch (error) {
        failed += 1;
        console.log(`FAIL @tvb-storage/${name} alone: ${error.message}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
} finally {
  await rm(temporary, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
