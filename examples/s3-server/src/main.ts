import { parseArgs } from "node:util";
import { startS3Server } from "./index.js";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "9000" },
    folder: { type: "string" },
    "public-read": { type: "boolean", default: false },
  },
});
const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
const { folder } = values;
const server = await startS3Server({
  port: Number(values.port),
  publicRead: values["public-read"],
  keepRequests: false,
  ...(folder !== undefined && { folder }),
  ...(accessKeyId !== undefined &&
    secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
});
console.log(`Objects are kept ${folder === undefined ? "in memory" : `in ${folder}`}. For programs on this machine:

export AWS_ENDPOINT_URL_S3=${server.url}
export AWS_ACCESS_KEY_ID=${server.credentials.accessKeyId}
export AWS_SECRET_ACCESS_KEY=${server.credentials.secretAccessKey}
`);
