import { FileStructureException } from "@tvb-storage/errors";
import { acquireLease, LEASE } from "./lease.js";
import type { ObjectStore, RequestOptions, StoreLock } from "./object-store.js";
import { probeConditions } from "./probe-conditions.js";
import { S3Client } from "./s3-client.js";
import { S3Objects } from "./s3-objects.js";
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
  readonly #abilities: { conditionalDelete: boolean };
  /** Its requests do not wait for those of chunks. */
  readonly #leases: S3Objects;
  /** It looks at `If-None-Match` and `If-Match` of a `PUT`. */
  #isProbed = false;

  /**
   * @param url `s3://bucket`, or `s3://bucket/prefix` where keys begin so. Not percent-encoded.
   * @throws FileStructureException another address, an unknown option, or one that cannot have its value; no credentials.
   */
  constructor(url: string | URL, given: S3StoreOptions = {}) {
    const options = checkS3Options(given);
    const place = s3Place(url, options);
    const abilities = { conditionalDelete: true };
    super(new S3Client(place, options), abilities);
    this.#options = options;
    this.#abilities = abilities;
    this.#leases = new S3Objects(new S3Client(place, options), abilities);
    if (options.lock !== "none") this.lock = (prefix, call) => this.#acquire(prefix, call);
  }

  async #acquire(prefix: string, { signal }: RequestOptions = {}): Promise<StoreLock> {
    const { lockTimeoutMs: timeoutMs, leaseMs, timeoutMs: requestMs } = this.#options;
    const key = prefix + LEASE;
    const acquire = () => acquireLease(this.#leases, key, { signal, timeoutMs, leaseMs, requestMs });
    const lease = await acquire();
    if (this.#isProbed) return lease;
    try {
      await this.#probe(key);
    } catch (error) {
      await lease.release(lease.tookOver);
      throw error;
    }
    if (this.#abilities.conditionalDelete) return lease;
    // The probe has removed it.
    await lease.release();
    const again = await acquire();
    return {
      tookOver: lease.tookOver === true || again.tookOver === true,
      canBeLost: true,
      assertHeld: () => again.assertHeld(),
      release: (isUnfinished) => again.release(isUnfinished),
    };
  }

  /** Finds out by the lease itself whether conditions are looked at, so that nothing else can be left. */
  async #probe(key: string): Promise<void> {
    const found = await probeConditions(this.#leases, key);
    this.#abilities.conditionalDelete = found.ofDelete;
    this.#isProbed = found.ifAbsent && found.ifVersion;
    if (this.#isProbed) return;
    // It may be another one now, which nobody renews.
    await this.#leases.delete(key);
    const missing = [found.ifAbsent ? [] : ["If-None-Match: *"], found.ifVersion ? [] : ["If-Match"]].flat();
    throw new FileStructureException(
      `${this.label} cannot keep writers apart: its store does not look at ${missing.join(" and ")} of a PUT; where only ` +
        'one program writes at a time, give S3Store the option lock: "none"',
    );
  }
}
