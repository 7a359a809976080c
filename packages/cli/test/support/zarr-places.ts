import { readdirSync } from "node:fs";
import { TvbZip } from "@tvb-storage/zip";
import { afterAll, beforeAll } from "vitest";
import { type S3Server, startS3Server } from "../../../../examples/s3-server/src/index.ts";
import { type FileServer, fileServer } from "../../../../test/support/file-server.ts";

/** The same hierarchies in a folder, on a web server, and object storage beside them. */
export interface ZarrPlaces {
  readonly web: FileServer;
  /** The environment that has the credentials of the object storage. */
  readonly env: Readonly<Record<string, string>>;
  readonly s3: S3Server;
}

/** A web server for a folder and an object storage with `s3://bucket`, while the tests of one file run. */
export function zarrPlaces(folder: () => string): ZarrPlaces {
  let s3: S3Server | undefined;
  beforeAll(async () => {
    s3 = await startS3Server({ buckets: ["bucket"] });
  });
  afterAll(() => s3?.close());
  const running = (): S3Server => {
    if (s3 === undefined) throw new Error("it is asked before the tests begin");
    return s3;
  };
  return {
    web: fileServer(folder),
    get s3() {
      return running();
    },
    get env() {
      const { url, credentials } = running();
      return {
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      };
    },
  };
}

export async function zipped(folder: string, archive: string): Promise<void> {
  const zip = await TvbZip.open(archive, "w");
  await zip.writeZipFolder(folder);
  await zip.close();
}

/** What is in a folder but for hierarchies and files that were asked for: leftovers of a command. */
export function hiddenNames(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("."));
}
