import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { packages, programOptions, sourceOf } from "../../../../test/support/sources.mjs";
import type { EditedFile } from "./variant.js";

/**
 * The text of a source with its edits made.
 *
 * Rejects where one of the texts that are replaced does not occur exactly once, or is replaced by itself.
 */
export async function editedSource({ file, from, to, also }: EditedFile): Promise<string> {
  let text = await readFile(resolve(packages, file), "utf8");
  for (const edit of [{ from, to }, ...(also === undefined ? [] : [also])]) {
    const parts = text.split(edit.from);
    if (parts.length !== 2 || edit.to === edit.from)
      throw new Error(
        `this text is ${parts.length - 1} times in ${file}, not once and changed: ${edit.from}`,
      );
    text = parts.join(edit.to);
  }
  return text;
}

/** Sources instead of builds, and one of them edited. */
function edited(edit: EditedFile | undefined): Plugin {
  return {
    name: "edited",
    setup(build) {
      const target = edit && resolve(packages, edit.file);
      let isLoaded = edit === undefined;
      build.onResolve({ filter: /^(@tvb-storage\/|#)/ }, ({ path }) => ({ path: sourceOf[path] ?? path }));
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (edit === undefined || path !== target) return undefined;
        isLoaded = true;
        return { contents: await editedSource(edit), loader: "ts" };
      });
      build.onEnd(() => (isLoaded ? undefined : { errors: [{ text: `${edit?.file} is not loaded` }] }));
    },
  };
}

/** A program of which one source is edited, with copies of its own of all that it imports. `entry` is its path. */
export async function bundleEdited(entry: string, edit: EditedFile | undefined): Promise<string> {
  const { outputFiles } = await build({
    ...programOptions,
    alias: {},
    entryPoints: [entry],
    write: false,
    logLevel: "silent",
    plugins: [edited(edit)],
  });
  return outputFiles[0]?.text ?? "";
}
