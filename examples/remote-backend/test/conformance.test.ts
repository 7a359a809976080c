import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { ObjectClient, remoteBackend, startObjectServer } from "../src/index.js";

describeStorageManager(remoteBackend, {
  places: ["memfs"],
  store: async () => {
    const server = await startObjectServer();
    const store = new ObjectClient(server.url);
    return {
      open: (path, options) => remoteBackend.open(path, { ...options, store }),
      // Another process has a client of its own.
      openCold: (path, options) =>
        remoteBackend.open(path, { ...options, store: new ObjectClient(server.url) }),
      remote: {
        putForeign: (path, content) =>
          void server.objects.set(`${encodeURIComponent(path)}/catalogue`, content),
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
});
