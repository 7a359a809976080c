/** A text that is the same for equal structures only: of plain objects, numbers, bigints, texts and bytes. */
export function valueText(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) => {
      if (typeof part === "bigint") return `${part}n`;
      return part instanceof Uint8Array ? Array.from(part).join() : part;
    }) ?? "undefined"
  );
}
