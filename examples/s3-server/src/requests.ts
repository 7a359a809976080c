/** What a request was. */
export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE" | "LIST";
  readonly bucket: string;
  /** Of a list: the prefix. */
  readonly key: string;
  /** The header `Range`. */
  readonly range?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  /** Bytes of the body that came. */
  receivedBytes: number;
  /** Bytes of the body of the answer. */
  sentBytes: number;
  /** Of the answer; 0 where there was none. */
  status: number;
}

/**
 * What becomes of a request: it is `"done"`; not done and answered with status 403 (`"denied"`), 500 (`"failed"`) or
 * 503 and `SlowDown` (`"throttled"`); not done and without an answer, after which the connection is closed (`"cut"`) or
 * stays open (`"hang"`); done, but without an answer, after which the connection is closed (`"lost"`) or stays open
 * (`"stuck"`); done and answered after a while (`"slow"`).
 */
export type RequestFate =
  | "done"
  | "denied"
  | "failed"
  | "throttled"
  | "cut"
  | "hang"
  | "lost"
  | "stuck"
  | "slow";
