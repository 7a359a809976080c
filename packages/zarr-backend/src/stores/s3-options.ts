import { FileStructureException } from "@tvb-storage/errors";
import type { HttpAnswer } from "@tvb-storage/files";
import { checkCallOptions, type OptionRules, optionRule, optionRules } from "@tvb-storage/files";
import { addressInError } from "./address-in-error.js";

/** The part of `fetch` that is used. */
export type S3Fetch = (
  url: string,
  options: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: Uint8Array<ArrayBuffer>;
    readonly cache: "no-store";
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<HttpAnswer>;

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

export interface S3StoreOptions {
  /** Of another store than Amazon's: `https://host`, `http://127.0.0.1:9000`. Default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL. */
  endpoint?: string;
  /** Default: AWS_REGION, AWS_DEFAULT_REGION, `us-east-1`. */
  region?: string;
  /** The bucket is in the path, not in the host's name; default: where there is an endpoint, or a dot in the bucket's name. */
  pathStyle?: boolean;
  /** Default: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. */
  credentials?: S3Credentials;
  /** Requests are not signed: of a bucket that everybody may read. */
  anonymous?: boolean;
  /**
   * How writers are kept apart: by a lease, an object beneath `.tvb/`, or not at all. Then it is up to its user that one
   * program writes a hierarchy at a time. Default: `"lease"`.
   */
  lock?: "lease" | "none";
  /** How long a call waits for another writer who is alive; default 10 seconds. */
  lockTimeoutMs?: number;
  /** How long the lease of a program that died keeps others from writing; default 30 seconds. */
  leaseMs?: number;
  /** Within this time a request is answered; default one minute. */
  timeoutMs?: number;
  /** How often a request is repeated that the network or the store fails for the moment; default 5. */
  retries?: number;
  /** Requests that are under way at once; default 16. */
  concurrency?: number;
  /** What makes the requests; default the global `fetch`. */
  fetch?: S3Fetch;
  /** Waits so many milliseconds before a request is repeated: about 200, 400, ...; default by a timer. */
  wait?: (ms: number) => Promise<void>;
  /** The variables of the environment; default: those of the process. */
  env?: Readonly<Record<string, string | undefined>>;
}

const OPTIONS: OptionRules<S3StoreOptions> = {
  endpoint: optionRules.text,
  region: optionRules.text,
  pathStyle: optionRules.boolean,
  credentials: optionRules.object,
  anonymous: optionRules.boolean,
  lock: optionRule('"lease" or "none"', (value) => value === "lease" || value === "none"),
  lockTimeoutMs: optionRules.wholeFrom0,
  leaseMs: optionRule(
    "a whole number from 100 to 600000",
    (value) => Number.isSafeInteger(value) && Number(value) >= 100 && Number(value) <= 600_000,
  ),
  timeoutMs: optionRules.wholeFrom1,
  retries: optionRules.wholeFrom0,
  concurrency: optionRules.wholeFrom1,
  fetch: optionRules.function,
  wait: optionRules.function,
  env: optionRules.object,
};

const CREDENTIALS: OptionRules<S3Credentials> = {
  accessKeyId: optionRules.text,
  secretAccessKey: optionRules.text,
  sessionToken: optionRules.text,
};

/** Where objects are, and who asks for them. */
export interface S3Place {
  readonly bucket: string;
  /** What all keys begin with: nothing, or a text that ends with `/`. */
  readonly prefix: string;
  /** What the address of a key begins with; it ends with `/`. */
  readonly base: string;
  readonly region: string;
  /** Undefined: nobody, requests are not signed. */
  readonly credentials: S3Credentials | undefined;
}

/** @throws FileStructureException an unknown option, or one that cannot have its value. */
export function checkS3Options(given: S3StoreOptions): S3StoreOptions {
  const options = checkCallOptions(given, OPTIONS, "S3Store");
  checkCallOptions(options.credentials, CREDENTIALS, "credentials");
  return options;
}

/**
 * @param url `s3://bucket`, `s3://bucket/prefix`. The prefix is as in keys, without percent-encoding.
 * @throws FileStructureException no such address, no credentials.
 */
export function s3Place(url: string | URL, options: S3StoreOptions): S3Place {
  const env = options.env ?? globalThis.process?.env ?? {};
  const [, bucket = "", rest = ""] =
    /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,254})(?:\/+(.*))?$/s.exec(String(url)) ?? [];
  if (bucket === "")
    throw new FileStructureException(
      `an address of S3 is s3://bucket or s3://bucket/prefix, not ${addressInError(url)}`,
    );
  const prefix = rest.replace(/\/*$/, rest === "" ? "" : "/");
  const { region = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || "us-east-1" } = options;
  const endpoint = options.endpoint ?? (env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"]);
  const { pathStyle = endpoint !== undefined || bucket.includes(".") } = options;
  const host = endpointUrl(
    endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
  );
  if (pathStyle) host.pathname = `${host.pathname.replace(/\/*$/, "")}/${bucket}/`;
  else host.hostname = `${bucket}.${host.hostname}`;
  const base = host.href.endsWith("/") ? host.href : `${host.href}/`;
  return { bucket, prefix, base, region, credentials: credentialsOf(options, env) };
}

function endpointUrl(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.search === "" &&
    url.hash === "" &&
    url.username === ""
  )
    return url;
  throw new FileStructureException(
    `the endpoint of an S3 store is https://host or http://host:port, not ${addressInError(endpoint)}`,
  );
}

function credentialsOf(
  { anonymous = false, credentials }: S3StoreOptions,
  env: NonNullable<S3StoreOptions["env"]>,
): S3Credentials | undefined {
  if (anonymous) {
    if (credentials === undefined) return undefined;
    throw new FileStructureException("S3Store takes the option credentials or anonymous: true, not both");
  }
  const sessionToken = env["AWS_SESSION_TOKEN"];
  const { accessKeyId, secretAccessKey } = credentials ?? {
    accessKeyId: env["AWS_ACCESS_KEY_ID"],
    secretAccessKey: env["AWS_SECRET_ACCESS_KEY"],
  };
  if (!accessKeyId || !secretAccessKey)
    throw new FileStructureException(
      "there are no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give S3Store the option " +
        "credentials, or anonymous: true for a public bucket",
    );
  if (credentials !== undefined) return { ...credentials };
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
