import { S3Error } from "./s3-error.js";
import { splitTarget } from "./signature.js";
import { uriDecode } from "./uri-encoding.js";

/** What a request is for. */
export interface ObjectAddress {
  readonly bucket: string;
  /** Empty: the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** By S3's rules for names of buckets, but without a dot: it is one label of a host's name. */
const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const MAX_KEY_BYTES = 1024;

/**
 * Both styles: `http://host/bucket/key`, and `http://bucket.localhost/key`.
 *
 * @throws S3Error no name of a bucket, or a key that is too long.
 */
export function objectAddress(target: string, host = ""): ObjectAddress {
  const [path, query] = splitTarget(target);
  const [, virtual] = /^([^:]+)\.localhost(:\d+)?$/i.exec(host) ?? [];
  const [, first = "", rest = ""] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  const [bucket, key] = virtual === undefined ? [first, rest] : [virtual.toLowerCase(), path.slice(1)];
  if (!BUCKET.test(bucket)) throw new S3Error("InvalidBucketName", "The specified bucket is not valid.");
  const decoded = uriDecode(key);
  if (Buffer.byteLength(decoded) > MAX_KEY_BYTES)
    throw new S3Error("KeyTooLongError", "Your key is too long");
  return { bucket, key: decoded, query: new URLSearchParams(query) };
}
