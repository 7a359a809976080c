import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./s3-error.js";
import { uriDecode, uriEncode } from "./uri-encoding.js";

// AWS Signature Version 4 in the Authorization header, as "Authenticating Requests: Using the Authorization Header" of
// the S3 API reference describes it.

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials: every request must have it. */
  readonly sessionToken?: string;
}

export interface SignedRequest {
  readonly method: string;
  /** As it was sent: path and query, percent-encoded. */
  readonly target: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
}

export interface SignatureRules {
  readonly credentials: S3Credentials;
  /** The only region that signatures may have; undefined: any. */
  readonly region?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
/** A request may be so much older or newer than it is here. */
const MAX_SKEW_MS = 15 * 60_000;

/**
 * Checks who sent a request. The hash of the body, which is part of what is signed, is compared with the body by
 * another one: see `payloadHash`.
 *
 * @throws S3Error the signature is missing, malformed, of another key, too old, or another one.
 */
export function checkSignature(request: SignedRequest, { credentials, region, now }: SignatureRules): void {
  const { scope, signedHeaders, signature } = parseAuthorization(request.headers.authorization);
  const [accessKeyId, date, scopeRegion, service] = scope;
  if (accessKeyId !== credentials.accessKeyId)
    throw new S3Error(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
    );
  const time = header(request, "x-amz-date") ?? "";
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const sent = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(sent))
    throw new S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
  if (Math.abs(sent - now) > MAX_SKEW_MS)
    throw new S3Error(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      { RequestTime: time, ServerTime: new Date(now).toISOString() },
    );
  if (date !== time.slice(0, 8) || service !== "s3")
    throw malformed("the credential scope is not of this day and s3");
  if (region !== undefined && scopeRegion !== region)
    throw new S3Error(
      "AuthorizationHeaderMalformed",
      `The authorization header is malformed; the region '${scopeRegion}' is wrong; expecting '${region}'`,
      { Region: region },
    );
  checkToken(request, credentials);
  const unsigned = Object.keys(request.headers).find(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signedHeaders.includes(name),
  );
  if (unsigned !== undefined)
    throw new S3Error("AccessDenied", "There were headers present in the request which were not signed", {
      HeadersNotSigned: unsigned,
    });
  const expected = signatureOf(request, { date, region: scopeRegion, time, signedHeaders }, credentials);
  if (!isSame(signature, expected))
    throw new S3Error(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
}

/**
 * The SHA-256 of the body in hexadecimal digits, as the request says it; undefined where it says that it is not signed.
 *
 * @throws S3Error it says none, or a coding of the body that is not supported.
 */
export function payloadHash(request: SignedRequest): string | undefined {
  const said = header(request, "x-amz-content-sha256");
  if (said === undefined)
    throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  if (said === "UNSIGNED-PAYLOAD") return undefined;
  if (/^[0-9a-f]{64}$/.test(said)) return said;
  throw new S3Error("NotImplemented", `A payload of ${said} is not supported.`);
}

interface SignatureParts {
  readonly date: string;
  readonly region: string;
  readonly time: string;
  readonly signedHeaders: readonly string[];
}

/** The signature that a request must have. */
function signatureOf(
  request: SignedRequest,
  { date, region, time, signedHeaders }: SignatureParts,
  { secretAccessKey }: S3Credentials,
): string {
  const hash = createHash("sha256").update(canonicalRequest(request, signedHeaders)).digest("hex");
  const toSign = [ALGORITHM, time, `${date}/${region}/s3/aws4_request`, hash].join("\n");
  const key = [date, region, "s3", "aws4_request"].reduce<string | Buffer>(
    (previous, part) => hmac(previous, part),
    `AWS4${secretAccessKey}`,
  );
  return hmac(key, toSign).toString("hex");
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = "", query = ""] = splitTarget(request.target);
  const parameters = [...new URLSearchParams(query)].map((pair) => pair.map(uriEncode));
  // A space comes before every character of a name.
  const order = (a: string[], b: string[]): number => (a.join(" ") < b.join(" ") ? -1 : 1);
  return [
    request.method,
    path.split("/").map(uriDecode).map(uriEncode).join("/"),
    parameters
      .sort(order)
      .map((each) => each.join("="))
      .join("&"),
    ...signedHeaders.map((name) => `${name}:${(header(request, name) ?? "").trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    header(request, "x-amz-content-sha256") ?? "",
  ].join("\n");
}

/** Path and query of what a request is for. */
export function splitTarget(target: string): [path: string, query: string] {
  const at = target.indexOf("?");
  return at < 0 ? [target, ""] : [target.slice(0, at), target.slice(at + 1)];
}

function parseAuthorization(authorization: string | undefined) {
  if (authorization === undefined) throw new S3Error("AccessDenied", "Access Denied");
  if (!authorization.startsWith(`${ALGORITHM} `))
    throw new S3Error(
      "InvalidRequest",
      `The authorization mechanism is not supported. Please use ${ALGORITHM}.`,
    );
  const field = (name: string): string => {
    const [, value] = new RegExp(`[ ,]${name}=([^, ]+)`).exec(authorization) ?? [];
    if (value === undefined) throw malformed(`it has no ${name}`);
    return value;
  };
  // A key may have a slash in it.
  const [, ...scope] = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(field("Credential")) ?? [];
  const [accessKeyId, date, region, service] = scope;
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined)
    throw malformed("its Credential is not <key>/<date>/<region>/s3/aws4_request");
  return {
    scope: [accessKeyId, date, region, service] as const,
    signedHeaders: field("SignedHeaders").split(";"),
    signature: field("Signature"),
  };
}

function malformed(why: string): S3Error {
  return new S3Error("AuthorizationHeaderMalformed", `The authorization header is malformed; ${why}`);
}

function checkToken(request: SignedRequest, { sessionToken }: S3Credentials): void {
  const token = header(request, "x-amz-security-token");
  if (
    token === sessionToken ||
    (token !== undefined && sessionToken !== undefined && isSame(token, sessionToken))
  )
    return;
  throw new S3Error("InvalidToken", "The provided token is malformed or otherwise invalid.");
}

function header({ headers }: SignedRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
