import { quoted } from "@tvb-storage/files";
import { isTemporary } from "@tvb-storage/files/internal";
import type { S3Place } from "./s3-options.js";
import { elementText } from "./s3-xml.js";

/** An answer that is no success. */
export interface S3Failure {
  readonly status: number;
  /** S3's own word, where the answer has one. */
  readonly code: string | undefined;
  /** What it is and what helps, for a message. */
  readonly text: string;
  /** The same request may be answered later. */
  readonly isTemporary: boolean;
  /** It is refused to this user, or what is asked for is not there: no accident. */
  readonly isRefused: boolean;
}

const TEMPORARY: ReadonlySet<string> = new Set([
  "ConditionalRequestConflict",
  "OperationAborted",
  "RequestTimeout",
]);

/** Headers are those of the answer, `body` its text, which is S3's document where S3 has answered. */
export function s3Failure(
  status: number,
  headers: { get(name: string): string | null },
  body: string,
  place: S3Place,
): S3Failure {
  const code = wordOf(elementText(body, "Code"));
  const said = elementText(body, "Message");
  const region = wordOf(elementText(body, "Region") ?? headers.get("x-amz-bucket-region") ?? undefined);
  const fix = fixOf(status, code, region, place);
  const message = fix === undefined && said !== undefined ? ` (${quoted(said)})` : "";
  return {
    status,
    code,
    text: `the store answers ${[status, code].filter((each) => each).join(" ")}${message}${fix === undefined ? "" : `; ${fix}`}`,
    isTemporary: (isTemporary(status) && status !== 501) || (code !== undefined && TEMPORARY.has(code)),
    isRefused: status < 500,
  };
}

/** What an answer says, where it is one word: other texts would make lines of their own in a message. */
function wordOf(said: string | undefined): string | undefined {
  return said !== undefined && /^[\w.-]{1,100}$/.test(said) ? said : undefined;
}

function fixOf(
  status: number,
  code: string | undefined,
  region: string | undefined,
  { bucket, base, region: used, credentials }: S3Place,
): string | undefined {
  if (region !== undefined && region !== used)
    return `the bucket is in ${region}: give the option region or set AWS_REGION`;
  switch (code) {
    case "NoSuchBucket":
      return `there is no bucket ${bucket} at ${new URL(base).origin}: make it, or correct its name or the endpoint`;
    case "InvalidAccessKeyId":
    case "SignatureDoesNotMatch":
      return "check the credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the option credentials";
    case "ExpiredToken":
    case "InvalidToken":
    case "TokenRefreshRequired":
      return "the credentials are temporary ones that are over, or AWS_SESSION_TOKEN is not theirs: get new ones";
    case "RequestTimeTooSkewed":
      return "set the clock of this computer";
    case "SlowDown":
      return "there are too many requests for it: lower the option concurrency";
    case "KeyTooLongError":
      return "give shorter names";
    case "NotImplemented":
      return 'the store cannot do this kind of request; where it is a condition, lock: "none" makes few of them';
  }
  if (status === 0 || (status >= 300 && status < 400))
    return "it is at another address: give the option endpoint or region";
  if (status === 401 || status === 403)
    return credentials === undefined
      ? "it is not public: give credentials instead of anonymous: true"
      : "these credentials may not do this (nor see whether it is there, without the right to list): check the policy of the bucket, or use others";
  return undefined;
}
