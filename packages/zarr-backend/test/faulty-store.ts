import { FileStorageException, FileStructureException } from "@tvb-storage/errors";
import type { RequestFate } from "@tvb-storage/testkit";
import type { MemoryStore, ObjectStore } from "../src/index.ts";

/** A store in memory whose requests fail as the kit says. */
export class FaultyStore implements ObjectStore {
  readonly label = "the store";
  onRequest: ((request: string) => RequestFate | Promise<RequestFate>) | undefined;

  constructor(readonly objects: MemoryStore) {}

  readonly get: ObjectStore["get"] = (key) => this.#request(`GET ${key}`, () => this.objects.get(key));
  readonly getIfChanged: NonNullable<ObjectStore["getIfChanged"]> = (key, version) =>
    this.#request(`GET ${key} if changed`, () => this.objects.getIfChanged(key, version));
  readonly getRange: ObjectStore["getRange"] = (key, range) =>
    this.#request(`GET ${key} ${JSON.stringify(range)}`, () => this.objects.getRange(key, range));
  readonly list: ObjectStore["list"] = (prefix) =>
    this.#request(`LIST ${prefix}`, () => this.objects.list(prefix));
  readonly put: ObjectStore["put"] = (key, content, options) =>
    this.#request(`PUT ${key}`, () => this.objects.put(key, content, options));
  readonly putIfAbsent: ObjectStore["putIfAbsent"] = (key, content) =>
    this.#request(`PUT ${key} if absent`, () => this.objects.putIfAbsent(key, content));
  readonly delete: ObjectStore["delete"] = (key, options) =>
    this.#request(`DELETE ${key}`, () => this.objects.delete(key, options));

  async #request<T>(request: string, work: () => Promise<T>): Promise<T> {
    const fate = (await this.onRequest?.(request)) ?? "done";
    const cause = new Error(`${request} was ${fate}`);
    if (fate === "denied") throw new FileStructureException(cause.message, { cause });
    if (fate === "failed") throw new FileStorageException(cause.message, { cause });
    const result = await work();
    if (fate === "slow") await new Promise((resolve) => setTimeout(resolve, 20));
    if (fate === "lost") throw new FileStorageException(cause.message, { cause });
    return result;
  }
}
