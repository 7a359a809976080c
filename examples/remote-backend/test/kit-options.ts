import type { StorageKitOptions } from "@tvb-storage/testkit";
import { ObjectClient, ObjectServer, remoteBackend } from "../src/index.js";
import { keyPrefix } from "../src/remote-storage-manager.js";
import { CATALOGUE } from "../src/remote-transaction.js";

export const options: StorageKitOptions = {
  places: ["memfs"],
  store: () => {
    // Without a network, which a quarter of a million requests would take minutes for; http.test.ts has it.
    const server = new ObjectServer();
    const client = () => new ObjectClient("http://localhost/", { fetch: server.fetch });
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
    };
  },
};
