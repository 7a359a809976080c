import {
  type S3Server,
  type S3ServerOptions,
  startS3Server,
} from "../../../../examples/s3-server/src/index.ts";
import { S3Store, type S3StoreOptions } from "../../src/index.ts";

/** A server in memory, with stores on it. */
export interface TestServer {
  readonly server: S3Server;
  /** Another store object each time, as each process has one. Repeated requests do not wait. */
  store(url?: string, options?: S3StoreOptions): S3Store;
}

export async function startTestServer(options: S3ServerOptions = {}): Promise<TestServer> {
  const server = await startS3Server(options);
  const { url: endpoint, credentials } = server;
  const own: S3StoreOptions = { endpoint, credentials, wait: async () => undefined, env: {} };
  return { server, store: (url = "s3://bucket", options) => new S3Store(url, { ...own, ...options }) };
}
