// Checks the built page of packages/viewer, as it is published: every file that another one names is there, nothing is
// loaded from elsewhere, there are no source maps, and each library that its sources import is in the list of licences.
//
//   node scripts/check-page.mjs
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { layers } from "./layers.mjs";

const dist = fileURLToPath(new URL("../packages/viewer/dist", import.meta.url));

/** How files of the page name others: in HTML, in CSS, and in JavaScript as Vite writes it, where texts look alike. */
const REFERENCES = {
  ".html": [/(?:src|href)="([^"]*)"/g],
  ".css": [/url\(["']?([^"')]+)["']?\)/g, /@import ["']([^"']+)["']/g],
  ".js": [
    /(?:from|import|import\()["'`]((?:\.|\/|https?:)[\w./:@-]+)["'`]/g,
    // What is loaded before a chunk that needs it.
    /["'`](\.\/[\w.-]+\.(?:js|css))["'`]/g,
    /new URL\(["'`]([\w./:@-]+)["'`],\s?import\.meta\.url\)/g,
  ],
};

function problemsOf(file) {
  const text = readFileSync(join(dist, file), "utf8");
  const problems = [];
  if (file.endsWith(".map") || text.includes("sourceMappingURL=")) problems.push("a source map");
  const named = (REFERENCES[extname(file)] ?? []).flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, name]) => name),
  );
  for (const name of new Set(named)) {
    if (/^(data:|blob:|#)/.test(name)) continue;
    if (/^([a-z]+:)?\//i.test(name)) problems.push(`it loads ${name}, which is not of the page`);
    else if (!existsSync(join(dist, dirname(file), name.replace(/[?#].*/, ""))))
      problems.push(`there is no ${name}`);
  }
  return problems.map((problem) => `${file}: ${problem}`);
}

function librariesWithoutLicence() {
  const { imports } = layers.find(({ isPage }) => isPage === true);
  const libraries = imports
    .filter((name) => !name.startsWith("@tvb-storage/"))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
  const listed = readFileSync(join(dist, "licenses.md"), "utf8");
  return [...new Set(libraries)].filter((name) => !new RegExp(`^## ${name}( - |$)`, "m").test(listed));
}

if (!existsSync(join(dist, "index.html"))) {
  console.error("the page is not built; node scripts/build-viewer.mjs builds it");
  process.exit(1);
}
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(dist.length + 1));
const problems = [
  ...files.filter((file) => !file.endsWith(".md")).flatMap(problemsOf),
  ...librariesWithoutLicence().map((name) => `licenses.md: it lacks ${name}`),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
