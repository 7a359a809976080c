export { type Fetch, ObjectClient, type ObjectClientOptions, type ObjectStore } from "./object-client.js";
export {
  ObjectServer,
  type ObjectServerOptions,
  type RequestFate,
} from "./object-server.js";
export { type RemoteOptions, RemoteStorageManager, remoteBackend } from "./remote-storage-manager.js";
