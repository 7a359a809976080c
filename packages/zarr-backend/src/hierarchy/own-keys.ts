// Keys that only this package has. No node begins with `.tvb`.

/** The name that no node may have. */
export const RESERVED = ".tvb";

/** Whether a key is of a writer at work, or of one that died, and of no node. */
export function isOwnKey(key: string): boolean {
  return key.startsWith(`${RESERVED}/`) || /^\.[^/]*\.tmp$/.test(key);
}

/** A prefix of staged chunks, as the record of a dataset has it; others are not ours, and may lead anywhere. */
const STAGED = /^\.tvb\/[0-9a-f]{8}-[0-9a-f-]{27}\//;

/** A prefix for chunks that take the place of others, under which nothing is yet. */
export function newStagedPrefix(): string {
  return `${RESERVED}/${crypto.randomUUID()}/`;
}

/** What a staged key begins with; undefined for every other key. */
export function stagedPrefixOf(key: string): string | undefined {
  return STAGED.exec(key)?.[0];
}
