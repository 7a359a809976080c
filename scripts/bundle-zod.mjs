// Bundles the parts of zod that core's schemas use into their module, after `tsc` has written it. With zod as a
// package, every program would load hundreds of files for a few schemas. A module that is bundled already is not
// changed: `tsc` writes it again when its source has changed.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const core = fileURLToPath(new URL("../packages/core/", import.meta.url));
const module = join(core, "dist/option-schemas.js");

/** All imports of the module except zod stay separate modules. */
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
