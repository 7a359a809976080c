import type { Shown } from "./workspace.js";

/** Names of the address that are not those of a view. */
const FILE = "file";
const NODE = "node";
const VIEW = "view";
/** Addresses of files that are opened with the page; each is an entry of its own. */
const OPEN = "open";

/** What an address shows: `#file=...&node=...&view=...` and what the view keeps there. */
export function readAddress(hash: string): Shown {
  const {
    [FILE]: file,
    [NODE]: node,
    [VIEW]: view,
    [OPEN]: _open,
    ...params
  } = Object.fromEntries(new URLSearchParams(hash.replace(/^#/, "")));
  return {
    ...(file === undefined ? {} : { file }),
    ...(node === undefined ? {} : { node }),
    ...(view === undefined ? {} : { view }),
    params,
  };
}

/** The addresses of files that an address of the page opens. */
export function openedBy(hash: string): string[] {
  return new URLSearchParams(hash.replace(/^#/, "")).getAll(OPEN);
}

export function writeAddress({ file, node, view, params }: Shown, opened: readonly string[]): string {
  const entries: [string, string][] = opened.map((address) => [OPEN, address]);
  if (file !== undefined) entries.push([FILE, file]);
  if (node !== undefined) entries.push([NODE, node]);
  if (view !== undefined) entries.push([VIEW, view]);
  entries.push(...Object.entries(params));
  return entries.length === 0 ? "" : `#${new URLSearchParams(entries)}`;
}
