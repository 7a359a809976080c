/** An index of `count` elements in the address; undefined for none, and for one that is not there. */
export function indexParam(text: string | undefined, count: number): number | undefined {
  return text !== undefined && /^\d+$/.test(text) && Number(text) < count ? Number(text) : undefined;
}
