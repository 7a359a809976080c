import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { ObjectContents, ReceivedBody } from "./object-contents.js";
import { S3Error } from "./s3-error.js";

/** An object without its bytes. */
export interface IndexedObject {
  readonly key: string;
  readonly size: number;
  readonly modified: Date;
  /** The MD5 of the content, in quotes. */
  readonly etag: string;
  readonly location: string;
}

/** What must hold for a change to be made: the values of the headers of the same names. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** The objects of all buckets. Changes are made one at a time, each with the check of its conditions. */
export class ObjectIndex {
  readonly #buckets = new Map<string, Bucket>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly contents: ObjectContents) {}

  /** Reads all that is there from before, once, for the ETags. */
  static async load(contents: ObjectContents): Promise<ObjectIndex> {
    const index = new ObjectIndex(contents);
    for await (const { bucket, key, location, size, modified } of contents.load()) {
      const md5 = createHash("md5");
      if (size > 0) for await (const part of await contents.read(location, 0, size)) md5.update(part);
      index.#bucket(bucket).set({ key, location, size, modified, etag: `"${md5.digest("hex")}"` });
    }
    return index;
  }

  get(bucket: string, key: string): IndexedObject | undefined {
    return this.#buckets.get(bucket)?.objects.get(key);
  }

  /** All keys of a bucket, in the order of their bytes. */
  keys(bucket: string): readonly string[] {
    return this.#buckets.get(bucket)?.sortedKeys() ?? [];
  }

  /**
   * An object and the bytes from `start` up to `end` of it, as `range` chooses them.
   *
   * @throws S3Error there is none, or what `range` throws.
   */
  open(
    bucket: string,
    key: string,
    range: (found: IndexedObject) => { start: number; end: number },
  ): Promise<{ found: IndexedObject; start: number; end: number; bytes: Readable | undefined }> {
    // No change comes between the look at the index and the opening of the content.
    return this.#inTurn(async () => {
      const found = this.get(bucket, key);
      if (found === undefined) throw noSuchKey(key);
      const { start, end } = range(found);
      const bytes = end > start ? await this.contents.read(found.location, start, end) : undefined;
      return { found, start, end, bytes };
    });
  }

  receive(body: AsyncIterable<Uint8Array>): Promise<ReceivedBody> {
    return this.contents.receive(body);
  }

  /** @throws S3Error a condition does not hold. */
  put(bucket: string, key: string, body: ReceivedBody, conditions: Conditions): Promise<IndexedObject> {
    return this.#inTurn(async () => {
      const before = this.get(bucket, key);
      checkConditions(key, before, conditions);
      const location = await body.store(bucket, key, before?.location);
      const { size, md5 } = body;
      const object = { key, size, modified: new Date(), etag: `"${md5}"`, location };
      this.#bucket(bucket).set(object);
      return object;
    });
  }

  /** Removes an object; a missing one is fine where no version of it is named. */
  delete(bucket: string, key: string, conditions: Conditions): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.get(bucket, key);
      checkConditions(key, before, conditions);
      if (before === undefined) return;
      await this.contents.remove(before.location);
      this.#bucket(bucket).delete(key);
    });
  }

  #bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name) ?? new Bucket();
    this.#buckets.set(name, bucket);
    return bucket;
  }

  /** Does one thing after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

class Bucket {
  readonly objects = new Map<string, IndexedObject>();
  #sorted: readonly string[] | undefined;

  set(object: IndexedObject): void {
    if (!this.objects.has(object.key)) this.#sorted = undefined;
    this.objects.set(object.key, object);
  }

  delete(key: string): void {
    this.objects.delete(key);
    this.#sorted = undefined;
  }

  sortedKeys(): readonly string[] {
    this.#sorted ??= [...this.objects.keys()]
      .map((key) => ({ key, bytes: Buffer.from(key) }))
      .sort((a, b) => a.bytes.compare(b.bytes))
      .map(({ key }) => key);
    return this.#sorted;
  }
}

function checkConditions(
  key: string,
  found: IndexedObject | undefined,
  { ifMatch, ifNoneMatch }: Conditions,
): void {
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*")
    throw new S3Error("NotImplemented", "If-None-Match of a write can only be *.");
  if (ifNoneMatch !== undefined && found !== undefined) throw preconditionFailed("If-None-Match");
  if (ifMatch === undefined) return;
  if (found === undefined) throw noSuchKey(key);
  if (!isMatch(ifMatch, found.etag)) throw preconditionFailed("If-Match");
}

/** Whether a header that names ETags names this one. */
export function isMatch(header: string, etag: string): boolean {
  return (
    header === "*" || header.split(",").some((each) => each.trim().replace(/^"?(.*?)"?$/, '"$1"') === etag)
  );
}

export function preconditionFailed(condition: string): S3Error {
  const message = "At least one of the pre-conditions you specified did not hold";
  return new S3Error("PreconditionFailed", message, { Condition: condition });
}

export function noSuchKey(key: string): S3Error {
  return new S3Error("NoSuchKey", "The specified key does not exist.", { Key: encodeURIComponent(key) });
}
