import type { StorageBackend } from "@tvb-storage/core";
import type { StorageKitOptions } from "@tvb-storage/testkit";
import { type S3Server, startS3Server } from "../../../../examples/s3-server/src/index.ts";
import { S3Store, ZarrStorageManager, zarrBackendOf } from "../../src/index.ts";

const BUCKET = "bucket";
/** A writer whose last requests fail keeps others waiting for a part of it. */
const LEASE_MS = 1000;

/** Half of the time of a request is that of its signature, so the requests of some rules only are signed. */
const SIGNED_OF = 4;

/** A store as a process has it, without a network and without repeated requests: the kit counts them. */
function storeOn(
  { url, credentials, fetch }: Pick<S3Server, "url" | "credentials" | "fetch">,
  isSigned: boolean,
): S3Store {
  const who = isSigned ? { credentials } : { anonymous: true };
  return new S3Store(`s3://${BUCKET}`, {
    ...who,
    endpoint: url,
    fetch,
    retries: 0,
    leaseMs: LEASE_MS,
    env: {},
  });
}

/** Runs the kit on a server of its own for each rule. */
export function s3Kit(format: 2 | 3): [StorageBackend, StorageKitOptions] {
  const supports = zarrBackendOf(new S3Store(`s3://${BUCKET}`, { anonymous: true, env: {} }));
  let rules = 0;
  const options: StorageKitOptions = {
    places: ["memfs"],
    depth: 0.1,
    store: async () => {
      rules += 1;
      const isSigned = rules % SIGNED_OF === format - 2;
      const server = await startS3Server({
        keepRequests: false,
        publicRead: !isSigned,
        publicWrite: !isSigned,
      });
      const { objects } = server;
      const store = storeOn(server, isSigned);
      return {
        open: (path, given) => new ZarrStorageManager(path, { ...given, format, store }),
        openCold: (path, given) =>
          new ZarrStorageManager(path, { ...given, store: storeOn(server, isSigned) }),
        remote: {
          leavesOrphans: true,
          putForeign: (path, content) => objects.put(BUCKET, `${path.slice(1)}/zarr.json`, content),
          objects: () => objects.entries(BUCKET),
          putObject: (name, content) =>
            content === undefined ? objects.delete(BUCKET, name) : objects.put(BUCKET, name, content),
          onRequest: (decide) => {
            server.onRequest = decide && (({ method, key }) => decide(`${method} ${key}`));
          },
        },
        remove: () => server.close(),
      };
    },
  };
  return [{ ...supports, name: `zarr ${format} in S3` }, options];
}
