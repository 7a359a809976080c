// The streams of Node by their shape, so that a project without Node's types can check our declarations.

/** What is read from: a `Readable` of Node satisfies it. */
export interface NodeReadable {
  pipe: unknown;
  on: unknown;
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
}

/** What is written to: a `Writable` of Node and the response of its HTTP server satisfy it. */
export interface NodeWritable {
  write: unknown;
  end: unknown;
  on: unknown;
}
