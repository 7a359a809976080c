export type { RequestFate, S3Request } from "./requests.js";
export { type S3Server, type S3ServerOptions, startS3Server } from "./s3-server.js";
export type { S3Credentials } from "./signature.js";
