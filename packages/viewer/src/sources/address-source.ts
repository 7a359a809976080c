import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { placedAddress } from "../data/bytes-place.js";
import { bytesSourceFile, zarrSourceFile } from "./data-source-file.js";
import { isZarrName, kindByName } from "./file-kind.js";
import { countedBytes } from "./read-count.js";
import type { Source } from "./source.js";

/**
 * What is at an address: a Zarr hierarchy where it ends in `.zarr`, a ZIP archive where it ends in `.zip`, else an HDF5 file.
 * The server must know ranges, and allow other pages to read it.
 *
 * @throws FileStructureException no address of http or https; or a damaged archive.
 * @throws FileStorageException an archive that cannot be read.
 */
export async function addressSource(given: string): Promise<Source> {
  const base = globalThis.location?.href;
  const url = URL.canParse(given, base) ? new URL(given, base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new FileStructureException(
      `${quoted(given)} is no address of a file; give one such as https://host/TimeSeries.h5 or https://host/TimeSeries.zarr`,
    );
  const address = url.href.replace(/#.*$/, "");
  const name = nameOf(url);
  const source = { id: address, kind: "address", name, address, problems: [] } as const;
  const description = { path: name, location: address };
  if (isZarrName(name)) {
    const open = async () => {
      const { HttpStore } = await import("@tvb-storage/zarr-backend");
      return new HttpStore(address);
    };
    return { ...source, files: [zarrSourceFile(address, description, open)] };
  }
  if (kindByName(name) === "archive") {
    const [{ archiveSource }, bytes] = await Promise.all([
      import("./archive-source.js"),
      placedAddress(address),
    ]);
    return archiveSource({ id: address, name, bytes, address });
  }
  const file = bytesSourceFile(address, description, async (reads) =>
    countedBytes(await placedAddress(address), reads),
  );
  return { ...source, files: [file] };
}

/** The last name of the path. */
function nameOf({ pathname, host }: URL): string {
  const name = pathname.replace(/\/+$/, "").split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(name) || host;
  } catch {
    return name; // a percent sign that codes nothing
  }
}
