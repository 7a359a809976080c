import { foldCase } from "./fold-case.js";
import { shortened } from "./quoted.js";

/** Names that a message lists; the rest are counted. */
const MAX_NAMES = 8;
/** Compared with a name that was not found; more would make a message slow. */
const MAX_COMPARED = 2000;

/** Changes of one character that make `left` into `right`; swapping two neighbours is one. Upper and lower case are the same. */
function distance(left: string, right: string): number {
  const from = foldCase(left);
  const to = foldCase(right);
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const changed = (last[column - 1] ?? 0) + (same ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? (before[column - 2] ?? 0) + 1
          : changed;
      next.push(Math.min(changed, swapped, (last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    before = last;
    last = next;
  }
  return last[to.length] ?? 0;
}

/** The existing names, those most like `wanted` first. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const short = wanted.slice(0, 100);
  return names
    .slice(0, MAX_COMPARED)
    .map((name) => ({ name, far: distance(short, name.slice(0, 100)) }))
    .sort((left, right) => left.far - right.far)
    .map(({ name }) => name);
}

/** The name that `wanted` is probably a misspelling of. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const [nearest] = nearestNames(wanted, names);
  if (nearest === undefined) return undefined;
  return distance(wanted.slice(0, 100), nearest) <= Math.max(1, nearest.length / 3) ? nearest : undefined;
}

/**
 * Added to a message about a missing node: what the nearest existing group contains, nearest names first.
 *
 * @param path Absolute, of the node that is missing.
 * @param childrenOf The names in a group; undefined where there is no such group.
 */
export function presentInstead(
  path: string,
  childrenOf: (group: string) => readonly string[] | undefined,
): string {
  for (let end = path.lastIndexOf("/"); end >= 0; end = path.lastIndexOf("/", end - 1)) {
    const group = path.slice(0, end) || "/";
    const names = childrenOf(group);
    if (names === undefined) {
      if (end === 0) break;
      continue;
    }
    if (names.length === 0) return `; the group ${group} is empty`;
    const wanted = path.slice(end + 1).split("/")[0] ?? "";
    const listed = nearestNames(wanted, names)
      .slice(0, MAX_NAMES)
      .map((name) => shortened(name, (text) => JSON.stringify(text)));
    const more = names.length > listed.length ? ` and ${names.length - listed.length} more` : "";
    return `; the group ${group} has ${listed.join(", ")}${more}`;
  }
  return "";
}
