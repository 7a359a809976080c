// The streams of Node as structural types, so that a project without Node's types can check our declarations.

/** A stream to read; a `Readable` of Node is one. */
export interface NodeReadable {
  pipe: unknown;
  on: unknown;
  [Symbol.asyncIterator](): AsyncIterator<unknown>;
}

/** A stream to write; a `Writable` of Node and the response of its HTTP server are such streams. */
export interface NodeWritable {
  write: unknown;
  end: unknown;
  on: unknown;
}
