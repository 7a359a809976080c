import type { ObjectIndex } from "./object-index.js";
import { S3Error } from "./s3-error.js";
import { uriEncode } from "./uri-encoding.js";
import { type XmlElement, xmlDocument } from "./xml.js";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/**
 * The answer to ListObjectsV2: objects and, with a delimiter, common prefixes.
 *
 * @throws S3Error a parameter that it cannot have.
 */
export function listObjects(
  index: ObjectIndex,
  bucket: string,
  query: URLSearchParams,
  pageSize: number,
): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const encoding = query.get("encoding-type");
  if (encoding !== null && encoding !== "url")
    throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  const maxKeys = Math.min(wholeNumber(query.get("max-keys") ?? String(pageSize)), pageSize);
  const token = query.get("continuation-token");
  const after = token === null ? (query.get("start-after") ?? "") : keyOfToken(token);
  const page = pageOf(index.keys(bucket), { prefix, delimiter, after, maxKeys });

  // As forms are encoded: XML has no place for every character.
  const text = (value: string): string =>
    encoding === null ? value : uriEncode(value).replaceAll("%2F", "/").replaceAll("%20", "+");
  const contents = page.keys.flatMap((key): XmlElement[] => {
    const found = index.get(bucket, key);
    if (found === undefined) return [];
    const { modified, etag, size } = found;
    const fields: XmlElement[] = [
      ["Key", text(key)],
      ["LastModified", modified.toISOString()],
      ["ETag", etag],
      ["Size", size],
      ["StorageClass", "STANDARD"],
    ];
    return [["Contents", fields]];
  });
  const prefixes = page.prefixes.map((each): XmlElement => ["CommonPrefixes", [["Prefix", text(each)]]]);
  const optional = (name: string, value: string | null | undefined): XmlElement[] =>
    value === null || value === undefined || value === "" ? [] : [[name, value]];
  return xmlDocument(
    "ListBucketResult",
    [
      ["Name", bucket],
      ["Prefix", text(prefix)],
      ["MaxKeys", maxKeys],
      ["KeyCount", contents.length + prefixes.length],
      ["IsTruncated", page.last !== undefined],
      ...optional("Delimiter", text(delimiter)),
      ...optional("EncodingType", encoding),
      ...optional("ContinuationToken", token),
      ...optional("NextContinuationToken", page.last && tokenOf(page.last)),
      ...optional("StartAfter", text(query.get("start-after") ?? "")),
      ...contents,
      ...prefixes,
    ],
    NAMESPACE,
  );
}

interface PageOptions {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only what comes after it: a key, or a common prefix. */
  readonly after: string;
  readonly maxKeys: number;
}

interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** Where the next page begins; undefined where there is none. */
  readonly last?: string;
}

function pageOf(sorted: readonly string[], { prefix, delimiter, after, maxKeys }: PageOptions): Page {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  for (let i = Math.max(firstFrom(sorted, prefix), firstFrom(sorted, after)); i < sorted.length; i++) {
    const key = sorted[i] ?? "";
    if (!key.startsWith(prefix)) break;
    if (key === after) continue;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && (common === last || common === after)) continue;
    if (keys.length + prefixes.length >= maxKeys)
      return { keys, prefixes, ...(last !== undefined && { last }) };
    if (common === undefined) keys.push(key);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { keys, prefixes };
}

/** The index of the first key that is not before another one. */
function firstFrom(sorted: readonly string[], key: string): number {
  const bytes = Buffer.from(key);
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.from(sorted[middle] ?? "").compare(bytes) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new S3Error("InvalidArgument", "Provided max-keys not an integer or within integer range");
}

function tokenOf(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function keyOfToken(token: string): string {
  return Buffer.from(token, "base64url").toString();
}
