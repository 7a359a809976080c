import { describeStorageManager } from "@tvb-storage/testkit/suites";
import { ObjectClient, remoteBackend, startObjectServer } from "../src/index.js";

describeStorageManager(remoteBackend, {
  places: ["memfs"],
  store: async () => {
    const server = await startObjectServer();
    const store = new ObjectClient(server.url);
    return {
      open: (path, options) => remoteBackend.open(path, { ...options, store }),
      openCold: (path, options) =>
        remoteBackend.open(path, { ...options, store: new ObjectClient(server.url) }),
      remove: () => server.close(),
    };
  },
});
