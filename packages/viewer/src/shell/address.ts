import type { Shown } from "./shown.js";

// Names of the address that are not those of a view.
const SOURCE = "source";
const PROJECT = "project";
const FILE = "file";
const NODE = "node";
const VIEW = "view";
/** Addresses of files that are opened with the page; each is an entry of its own. */
const OPEN = "open";

/** One of these names, with as many `~` before it as it takes to be no name of ours. */
const RESERVED = new RegExp(`^(~*)(${[SOURCE, PROJECT, FILE, NODE, VIEW, OPEN].join("|")})$`);

/** What an address shows: `#file=...&node=...&view=...` and what the view keeps there. */
export function readAddress(hash: string): Shown {
  const own = new Map<string, string>();
  const params: [string, string][] = [];
  for (const [name, value] of entriesOf(hash)) {
    const reserved = RESERVED.exec(name);
    if (reserved === null) params.push([name, value]);
    else if (reserved[1] === "") own.set(name, value);
    else params.push([name.slice(1), value]);
  }
  const given = (name: string) => (own.has(name) ? { [name]: own.get(name) } : {});
  return {
    ...given(SOURCE),
    ...given(PROJECT),
    ...given(FILE),
    ...given(NODE),
    ...given(VIEW),
    // fromEntries defines properties, so the name `__proto__` is not special.
    params: Object.fromEntries(params),
  };
}

/** The addresses of files that an address of the page opens. */
export function openedBy(hash: string): string[] {
  return [...new Set(entriesOf(hash).getAll(OPEN))];
}

/** `#...` for what is shown and for the addresses of files that are open; empty where nothing is. */
export function writeAddress(
  { source, project, file, node, view, params }: Shown,
  opened: readonly string[],
): string {
  const entries: [string, string][] = opened.map((address) => [OPEN, address]);
  const own = { [SOURCE]: source, [PROJECT]: project, [FILE]: file, [NODE]: node, [VIEW]: view };
  for (const [name, value] of Object.entries(own)) if (value !== undefined) entries.push([name, value]);
  // A view may use any name for what it keeps: one of ours gets a mark.
  for (const [name, value] of Object.entries(params))
    entries.push([RESERVED.test(name) ? `~${name}` : name, value]);
  return entries.length === 0 ? "" : `#${new URLSearchParams(entries)}`;
}

function entriesOf(hash: string): URLSearchParams {
  return new URLSearchParams(hash.replace(/^#/, ""));
}
