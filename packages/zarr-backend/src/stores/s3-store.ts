import { FileStructureException } from "@tvb-storage/errors";
import { acquireLease, LEASE } from "./lease.js";
import type { ObjectStore, RequestOptions, StoreLock } from "./object-store.js";
import { looksAtDelete, looksAtPuts } from "./probe-conditions.js";
import { S3Client } from "./s3-client.js";
import { type S3Abilities, S3Objects } from "./s3-objects.js";
import { checkS3Options, type S3StoreOptions, s3Place } from "./s3-options.js";

/**
 * Objects of a bucket of S3, or of a store that is compatible with it. An object's version is its ETag.
 *
 * Writers are kept apart by a lease, which needs a store that looks at `If-None-Match` and `If-Match` of a `PUT`. Each
 * store object finds that out with its first lease.
 */
export class S3Store extends S3Objects {
  /** Missing with `lock: "none"`. */
  readonly lock?: NonNullable<ObjectStore["lock"]>;
  readonly #options: S3StoreOptions;
  readonly #abilities: S3Abilities;
  /** Its requests do not wait for those of chunks. */
  readonly #leases: S3Objects;
  /** The same without a look at the version before a removal. */
  readonly #trusting: S3Objects;
  /** Its store looks at `If-None-Match` and `If-Match` of a `PUT`. */
  #looksAtPuts = false;

  /**
   * @param url `s3://bucket`, or `s3://bucket/prefix` where keys begin so. Not percent-encoded.
   * @throws FileStructureException another address, an unknown option, or one that cannot have its value; no credentials.
   */
  constructor(url: string | URL, given: S3StoreOptions = {}) {
    const options = checkS3Options(given);
    const place = s3Place(url, options);
    const abilities: S3Abilities = {};
    super(new S3Client(place, options), abilities);
    this.#options = options;
    this.#abilities = abilities;
    const client = new S3Client(place, options);
    this.#leases = new S3Objects(client, abilities);
    this.#trusting = new S3Objects(client, { looksAtDelete: true });
    if (options.lock !== "none") this.lock = (prefix, call) => this.#acquire(prefix, call);
  }

  async #acquire(prefix: string, { signal }: RequestOptions = {}): Promise<StoreLock> {
    const { lockTimeoutMs: timeoutMs, leaseMs, timeoutMs: requestMs } = this.#options;
    const key = prefix + LEASE;
    const acquire = () => acquireLease(this.#leases, key, { signal, timeoutMs, leaseMs, requestMs });
    const lease = await acquire();
    try {
      await this.#checkPuts(key);
      // Where it is removed by that, nobody would know that it was taken over.
      if (lease.tookOver === true || (await this.#checkDelete(key))) return lease;
    } catch (error) {
      await lease.release(lease.tookOver);
      throw error;
    }
    await lease.release();
    return acquire();
  }

  /** Finds out by the lease itself whether conditions are looked at, so that nothing else can be left. */
  async #checkPuts(key: string): Promise<void> {
    if (this.#looksAtPuts) return;
    const { ifAbsent, ifVersion } = await looksAtPuts(this.#leases, key);
    this.#looksAtPuts = ifAbsent && ifVersion;
    if (this.#looksAtPuts) return;
    // It may be another one now, which nobody renews.
    await this.#leases.delete(key);
    const missing = [ifAbsent ? [] : ["If-None-Match: *"], ifVersion ? [] : ["If-Match"]].flat();
    throw new FileStructureException(
      `${this.label} cannot keep writers apart: its store does not look at ${missing.join(" and ")} of a PUT; where only ` +
        'one program writes at a time, give S3Store the option lock: "none"',
    );
  }

  /** False where the lease was removed. */
  async #checkDelete(key: string): Promise<boolean> {
    if (this.#abilities.looksAtDelete !== undefined) return true;
    this.#abilities.looksAtDelete = await looksAtDelete(this.#trusting, key);
    return this.#abilities.looksAtDelete;
  }
}
