/** A number in the address; undefined for none, and for what is no finite number. */
export function finiteParam(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
