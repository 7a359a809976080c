import type { ListedObject } from "./object-store.js";

// The two documents that S3 answers with: an error, and a page of a list. They are flat, and with `encoding-type=url` no
// text in them has markup, so that they need no parser, which would be half of what a page loads of this package.

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text of the first element of a name; undefined where there is none. */
export function elementText(xml: string, name: string): string | undefined {
  const [, inner] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml) ?? [];
  return inner?.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (whole, decimal, hex, named) => {
    if (named !== undefined) return NAMED[named] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** A page of ListObjectsV2. */
export interface ListPage {
  readonly objects: readonly ListedObject[];
  /** Where the next page begins; undefined where there is none. */
  readonly next: string | undefined;
}

/** @throws Error it is no such page. */
export function parseListPage(xml: string): ListPage {
  if (!/<ListBucketResult[\s>]/.test(xml)) throw new Error("it is no ListBucketResult");
  const isEncoded = elementText(xml, "EncodingType") === "url";
  const [, ...entries] = xml.split("<Contents>");
  const objects = entries.map((entry) => {
    const [fields = "", ...rest] = entry.split("</Contents>");
    if (rest.length !== 1) throw new Error("an object is cut short");
    const key = elementText(fields, "Key");
    if (key === undefined) throw new Error("an object has no Key");
    const etag = elementText(fields, "ETag");
    const size = Number(elementText(fields, "Size"));
    // As forms are encoded.
    return {
      key: isEncoded ? decodeURIComponent(key.replaceAll("+", " ")) : key,
      ...(etag !== undefined && { version: quotedEtag(etag) }),
      ...(Number.isSafeInteger(size) && { size }),
    };
  });
  const isTruncated = elementText(xml, "IsTruncated");
  const next = elementText(xml, "NextContinuationToken");
  if (isTruncated !== "true" && isTruncated !== "false")
    throw new Error("it does not say whether it IsTruncated");
  if (isTruncated === "true" && next === undefined) throw new Error("it has no NextContinuationToken");
  return { objects, next: isTruncated === "true" ? next : undefined };
}

/** An ETag as it is in headers; lists of some stores have no quotes. */
export function quotedEtag(etag: string): string {
  return etag.startsWith('"') || etag.startsWith("W/") ? etag : `"${etag}"`;
}
