import { S3Store, ZarrStorageManager } from "@tvb-storage/zarr-backend";

export const BUCKET = "brain";
export const HIERARCHY = "TimeSeriesRegion.zarr";
export const DATASET = "data";

/**
 * The hierarchy, in version 2: zarr-python before 3 reads no other.
 *
 * @param environment Where the store is, and the credentials: `AWS_ENDPOINT_URL_S3`, `AWS_ACCESS_KEY_ID`, ...
 */
export function openHierarchy(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ZarrStorageManager {
  return new ZarrStorageManager(HIERARCHY, {
    store: new S3Store(`s3://${BUCKET}`, { env: environment }),
    format: 2,
  });
}
