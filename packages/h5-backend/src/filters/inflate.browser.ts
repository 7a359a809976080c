// Stands in for `inflate.node.ts` in a browser, which has an inflater of its own.

/** The streams of a browser, as far as they are used here; Node's types do not have them all. */
interface Streams {
  readonly DecompressionStream: new (
    format: "deflate",
  ) => {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
  };
}

/** As `inflate` of `inflate.node.ts`; but bytes that follow the stream are an error. */
export async function inflate(bytes: Uint8Array, limit: number, _isOnly: boolean): Promise<Uint8Array> {
  const { DecompressionStream } = globalThis as unknown as Streams;
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter();
  // What fails here fails where the result is read, too.
  writer.write(bytes).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = readable.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError(`longer than ${limit} bytes`);
    }
    pieces.push(next.value);
  }
  const result = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
