import type { Source } from "../../src/sources/source.js";

/** A source with files of these paths, 100 bytes each, whose content nobody asks for. */
export function sourceOf(kind: Source["kind"], ...paths: readonly string[]): Source {
  const id = `${kind}-1`;
  const never = () => Promise.reject(new Error("nothing is read"));
  return {
    id,
    kind,
    name: paths[0]?.split("/").at(0) ?? id,
    files: paths.map((path) => ({
      id: `${id}/${path}`,
      path,
      size: 100,
      location: path,
      isDocument: /\.(xml|png)$/.test(path),
      bytes: never,
      data: never,
    })),
    problems: [],
  };
}
