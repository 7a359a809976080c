export { ObjectClient, type ObjectClientOptions, type ObjectStore } from "./object-client.js";
export {
  type ObjectServer,
  type ObjectServerOptions,
  type RequestFate,
  startObjectServer,
} from "./object-server.js";
export { type RemoteOptions, RemoteStorageManager, remoteBackend } from "./remote-storage-manager.js";
