import { xmlDocument } from "./xml.js";

const STATUS = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  BadDigest: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3ErrorCode = keyof typeof STATUS;

/** An answer that is one of S3's errors. */
export class S3Error extends Error {
  readonly status: number;

  constructor(
    readonly code: S3ErrorCode,
    message: string,
    /** Further elements of the answer, such as the `Region` that was expected. */
    readonly details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = STATUS[code];
  }

  /** The body of the answer, as S3 has it. */
  toXml(resource: string): string {
    const { code, message, details } = this;
    return xmlDocument("Error", [
      ["Code", code],
      ["Message", message],
      ["Resource", resource],
      ...Object.entries(details),
    ]);
  }
}
