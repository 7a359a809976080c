import { execFile } from "node:child_process";
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// The examples of the documentation are complete programs: each runs unchanged, on the
// built packages, in an empty folder.

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
let folder = "";

async function listed(path: string): Promise<string[]> {
  return (await readdir(join(root, path))).sort().map((name) => `${path}/${name}`);
}

async function exists(path: string): Promise<boolean> {
  return access(join(root, path)).then(
    () => true,
    () => false,
  );
}

async function documents(): Promise<string[]> {
  const readmes = [...(await listed("packages")), ...(await listed("examples"))].map(
    (path) => `${path}/README.md`,
  );
  const guides = (await listed("docs")).filter((path) => path.endsWith(".md"));
  const all = ["README.md", "CONTRIBUTING.md", ...readmes, ...guides];
  const found = await Promise.all(all.map(exists));
  return all.filter((_, index) => found[index]);
}

interface Example {
  readonly line: number;
  readonly source: string;
  readonly output: string | undefined;
  /** The `console` blocks between it and the next, joined: `$ tvb-storage ...` lines with what they print. */
  readonly session: string;
}

/** The `js` blocks of a text, each with the output in the `text output` block directly after it. */
function programs(text: string): Example[] {
  const pattern = /^```js\n(.*?)^```$(?:\s*^```text output\n(.*?)^```$)?/gms;
  const matches = [...text.matchAll(pattern)];
  return matches.map((match, index) => {
    const rest = text.slice(match.index + match[0].length, matches[index + 1]?.index);
    return {
      line: text.slice(0, match.index).split("\n").length,
      source: match[1] ?? "",
      output: match[2],
      session: [...rest.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block).join(""),
    };
  });
}

/** Runs the commands of a session one after the other, and gives the session as it is. */
async function played(session: string, cwd: string): Promise<string> {
  const cli = join(root, "packages/cli/dist/main.js");
  // A name with a hyphen is none of a function in every shell.
  const define = 'tvb_storage() { "$NODE" "$CLI" "$@"; }\n';
  let result = "";
  for (const command of session.split("\n").filter((line) => line.startsWith("$ "))) {
    const { stdout } = await run(
      "sh",
      ["-c", define + command.slice(2).replace(/^tvb-storage/, "tvb_storage")],
      {
        cwd,
        env: { ...process.env, NODE: process.execPath, CLI: cli, TZ: "UTC" },
      },
    );
    result += `${command}\n${stdout}`;
  }
  return result;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "docs-"));
  await mkdir(join(folder, "node_modules/@tvb-storage"), { recursive: true });
  const link = (path: string, name: string) =>
    symlink(join(root, path), join(folder, "node_modules/@tvb-storage", name), "junction");
  for (const path of await listed("packages")) await link(path, path.slice("packages/".length));
  // Examples that others import.
  await link("examples/remote-backend", "example-remote-backend");
  await link("examples/s3-server", "example-s3-server");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const examples = await Promise.all(
  (await documents()).map(async (name) => ({
    name,
    blocks: programs(await readFile(join(root, name), "utf8")),
  })),
);

describe.concurrent.each(examples.filter(({ blocks }) => blocks.length > 0))("$name", ({ name, blocks }) => {
  test.each(blocks)(
    "the example in line $line runs",
    async ({ line, source, output, session }) => {
      const place = join(folder, `${name.replaceAll(/\W/g, "_")}_${line}`);
      await mkdir(place);
      await writeFile(join(place, "example.mjs"), source);
      const { stdout } = await run(process.execPath, ["example.mjs"], { cwd: place });
      if (output !== undefined) expect(stdout).toBe(output);
      expect(await played(session, place)).toBe(session);
    },
    120_000,
  );
});

test("every example type-checks as strict TypeScript", async () => {
  const place = join(folder, "typescript");
  await mkdir(place);
  await symlink(join(root, "node_modules/@types"), join(folder, "node_modules/@types"), "junction");
  for (const { name, blocks } of examples) {
    for (const { line, source } of blocks)
      await writeFile(join(place, `${name.replaceAll(/\W/g, "_")}_${line}.mts`), source);
  }
  const compilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    module: "nodenext",
    target: "es2022",
    lib: ["es2023", "esnext.disposable"],
    types: ["node"],
    noEmit: true,
  };
  await writeFile(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  // What it finds is in its output.
  const { stdout } = await run(process.execPath, [
    join(root, "node_modules/typescript/bin/tsc"),
    "-p",
    place,
  ]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
}, 120_000);

test("the declarations are whole for a browser: no types of Node, and the browser's half of each seam", async () => {
  const place = join(folder, "browser");
  await cp(join(root, "test/projects/browser"), place, { recursive: true });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", place]).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe("");
}, 120_000);

test("every link to a file of the repository leads somewhere", async () => {
  for (const name of await documents()) {
    const text = await readFile(join(root, name), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      expect(await exists(join(dirname(name), target)), `${target} in ${name}`).toBe(true);
    }
  }
});

test("every package's README begins with an example", async () => {
  for (const path of await listed("packages")) {
    const readme = await readFile(join(root, path, "README.md"), "utf8");
    expect(programs(readme).length, path).toBeGreaterThan(0);
  }
});
