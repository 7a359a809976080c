import type { StorageKitOptions } from "@tvb-storage/testkit";
import { ObjectClient, ObjectServer, remoteBackend } from "../src/index.js";
import { keyPrefix } from "../src/remote-storage-manager.js";
import { CATALOGUE } from "../src/remote-transaction.js";

/** Makes clients of a server. */
type Connect = (server: ObjectServer) => Promise<() => ObjectClient>;

/** By HTTP, as programs use it. */
export const overHttp: Connect = async (server) => {
  const url = await server.listen();
  return () => new ObjectClient(url);
};

/** Without a network: the kit makes a quarter of a million requests, which would take minutes. */
const withoutNetwork: Connect = async ({ fetch }) => {
  return () => new ObjectClient("http://localhost/", { fetch });
};

export function kitOptions(connect: Connect = withoutNetwork): StorageKitOptions {
  return {
    places: ["memfs"],
    store: async () => {
      const server = new ObjectServer();
      const client = await connect(server);
      const store = client();
      return {
        open: (path, options) => remoteBackend.open(path, { ...options, store }),
        // Another process has a client of its own.
        openCold: (path, options) => remoteBackend.open(path, { ...options, store: client() }),
        remote: {
          putForeign: (path, content) => void server.objects.set(keyPrefix(path) + CATALOGUE, content),
          objects: () => server.objects,
          putObject: (name, content) => {
            if (content === undefined) server.objects.delete(name);
            else server.objects.set(name, content);
          },
          onRequest: (decide) => {
            server.onRequest = decide;
          },
        },
        remove: () => server.close(),
      };
    },
  };
}
