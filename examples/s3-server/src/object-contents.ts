import { createHash } from "node:crypto";
import { Readable } from "node:stream";

/** The bytes of a body that has arrived, not yet an object. */
export interface ReceivedBody {
  readonly size: number;
  /** Hexadecimal digits. */
  readonly md5: string;
  readonly sha256: string;
  /** Makes it the content of an object, in place of `replaced`, at once. */
  store(bucket: string, key: string, replaced?: string): Promise<string>;
  discard(): Promise<void>;
}

/** Where the bytes of objects are. A content is known by a text, its location. */
export interface ObjectContents {
  /** Objects that are there from before. */
  load(): AsyncIterable<{ bucket: string; key: string; location: string; size: number; modified: Date }>;
  receive(body: AsyncIterable<Uint8Array>): Promise<ReceivedBody>;
  /** The bytes from `start` up to, without, `end`: as they are now, also where they are replaced while they are read. */
  read(location: string, start: number, end: number): Promise<Readable>;
  remove(location: string): Promise<void>;
}

/** Passes a body on, and sums it up. */
export class BodySums {
  size = 0;
  readonly #md5 = createHash("md5");
  readonly #sha256 = createHash("sha256");

  async *of(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const part of body) {
      this.size += part.length;
      this.#md5.update(part);
      this.#sha256.update(part);
      yield part;
    }
  }

  get digests(): { readonly md5: string; readonly sha256: string } {
    return { md5: this.#md5.digest("hex"), sha256: this.#sha256.digest("hex") };
  }
}

/** In memory, so that they are gone with the server. */
export class MemoryContents implements ObjectContents {
  readonly #bytes = new Map<string, Buffer>();
  #count = 0;

  async *load(): AsyncGenerator<never> {}

  async receive(body: AsyncIterable<Uint8Array>): Promise<ReceivedBody> {
    const sums = new BodySums();
    const parts: Uint8Array[] = [];
    for await (const part of sums.of(body)) parts.push(part);
    return {
      size: sums.size,
      ...sums.digests,
      store: async (_bucket, _key, replaced) => {
        this.#count += 1;
        const location = String(this.#count);
        this.#bytes.set(location, Buffer.concat(parts));
        if (replaced !== undefined) this.#bytes.delete(replaced);
        return location;
      },
      discard: async () => undefined,
    };
  }

  async read(location: string, start: number, end: number): Promise<Readable> {
    const found = this.#bytes.get(location) ?? Buffer.alloc(0);
    return Readable.from([found.subarray(start, end)], { objectMode: false });
  }

  async remove(location: string): Promise<void> {
    this.#bytes.delete(location);
  }
}
