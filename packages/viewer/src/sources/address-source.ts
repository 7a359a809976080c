import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { placedAddress } from "../data/bytes-place.js";
import { pageFetch } from "../data/page-fetch.js";
import { bytesSourceFile, zarrSourceFile } from "./data-source-file.js";
import { isZarrDocument, isZarrName, kindByName } from "./file-kind.js";
import { countedBytes } from "./read-count.js";
import type { Source } from "./source.js";

/**
 * What is at an address: a Zarr hierarchy where it ends in `.zarr` or in the name of a hierarchy's document (`zarr.json`), a ZIP archive where it ends in `.zip`, else an HDF5 file.
 * The server must know ranges, and allow other pages to read it.
 *
 * @throws FileStructureException no address of http or https, or one with a password; or a damaged archive.
 * @throws FileStorageException an archive that cannot be read.
 */
export async function addressSource(given: string): Promise<Source> {
  const url = webAddress(given);
  // A document of a hierarchy's metadata stands for the hierarchy.
  const isDocument = isZarrDocument(nameOf(url));
  if (isDocument) url.pathname = url.pathname.replace(/\/[^/]*$/, "");
  const address = url.href.replace(/#.*$/, "");
  const name = nameOf(url);
  const source = { id: address, kind: "address", name, address, problems: [] } as const;
  const description = { path: name, location: address };
  if (isDocument || isZarrName(name)) {
    const open = async () => {
      const { HttpStore } = await import("@tvb-storage/zarr-backend");
      return new HttpStore(address, { fetch: pageFetch });
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

function webAddress(given: string): URL {
  const base = globalThis.location?.href;
  const url = URL.canParse(given, base) ? new URL(given, base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new FileStructureException(
      `${quoted(given)} is no address of a file; give one such as https://host/TimeSeries.h5 or https://host/TimeSeries.zarr`,
    );
  if (url.username !== "" || url.password !== "")
    throw new FileStructureException(
      `the address of ${url.host}${url.pathname} has a user or a password, which a page cannot send; give it without them, or download the file and open it from the disk`,
    );
  return url;
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
