// Puts what core's schemas need of zod into the module that has them, once `tsc` has written it. Of zod loaded as a
// package, every program would read hundreds of files for a few schemas. A module that is bundled already is left
// as it is: `tsc` writes it again when its source has changed.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const core = fileURLToPath(new URL("../packages/core/", import.meta.url));
const module = join(core, "dist/option-schemas.js");

/** Everything that the module itself imports, but zod, stays a module of its own. */
const onlyZod = {
  name: "only-zod",
  setup({ onResolve }) {
    onResolve({ filter: /^/ }, ({ path, importer }) =>
      importer === module && !path.startsWith("zod") ? { path, external: true } : undefined,
    );
  },
};

if (/from "zod/.test(readFileSync(module, "utf8"))) {
  const zod = dirname(createRequire(join(core, "package.json")).resolve("zod/package.json"));
  const { version } = JSON.parse(readFileSync(join(zod, "package.json"), "utf8"));
  const licence = readFileSync(join(zod, "LICENSE"), "utf8").trim();
  const { outputFiles } = await build({
    entryPoints: [module],
    outfile: module,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    sourcemap: "linked",
    plugins: [onlyZod],
    banner: { js: `/*! With parts of zod ${version}.\n\n${licence} */` },
    logLevel: "error",
  });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
}
