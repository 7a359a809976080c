import { FileStorageException } from "@tvb-storage/errors";
import type { HttpFetch } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";
import type { ReadableStore } from "@tvb-storage/zarr-backend";
import { placedAddress } from "../data/bytes-place.js";
import { addressSource } from "./address-source.js";
import { bytesSourceFile, type FileDescription, zarrSourceFile } from "./data-source-file.js";
import { kindByName } from "./file-kind.js";
import { countedBytes } from "./read-count.js";
import type { Source, SourceFile } from "./source.js";

/** What the server of `tvb-storage view` lists as `files.json`. The files are beside it, in `files/`. */
interface Listing {
  /** The folder in which the files are, as a path of the server's machine. */
  readonly root: string;
  readonly name: string;
  /** "folder": `root` is shown; else the one entry of `files`. */
  readonly kind: "folder" | "file" | "zarr";
  readonly files: readonly ListedFile[];
  readonly problems: readonly { readonly path: string; readonly reason: string }[];
}

interface ListedFile {
  /** From `root`, with `/` between names. */
  readonly path: string;
  readonly size: number;
  /** In ISO 8601, where the server can say it. */
  readonly modified?: string;
  readonly kind: "file" | "zarr";
}

const ID = "server";

/** The address of the listing, where the server of the page has one. */
export function servedListing(page: Document): URL | undefined {
  const listing = page.querySelector<HTMLMetaElement>('meta[name="tvb-files"]')?.content;
  return listing === undefined ? undefined : new URL(listing, page.baseURI);
}

/**
 * The files that the server of the page shows. Paths begin with the name of the folder, as they do where it is opened by a
 * dialog.
 *
 * @throws FileStorageException the server is not there any more, or cannot list them.
 */
export async function serverSource(listing: URL): Promise<Source> {
  const list = await listed<Listing>(listing);
  const { name, kind, files, problems } = list;
  const [only] = files;
  if (kind === "file" && only !== undefined && isArchive(only)) {
    const bytes = await placedAddress(addressOf(listing, "files", only.path));
    const { archiveSource } = await import("./archive-source.js");
    return { ...(await archiveSource({ id: ID, name, bytes })), kind: "server" };
  }
  const shownAs = (path: string): string => (kind === "folder" ? `${name}/${path}` : path);
  const shown: SourceFile[] = [];
  const refused = problems.map(({ path, reason }) => ({ path: shownAs(path), reason }));
  const archives: { path: string; open: () => Promise<Source> }[] = [];
  const leftOut: string[] = [];
  for (const file of files) {
    const path = shownAs(file.path);
    const location = `${list.root.replace(/\/$/, "")}/${file.path}`;
    const kindOfName = kindByName(file.path);
    const description = {
      ...{ path, location, size: file.size },
      ...(file.modified === undefined ? {} : { modified: new Date(file.modified) }),
      ...(kindOfName === "document" ? { isDocument: true } : {}),
    };
    if (file.kind === "zarr") shown.push(hierarchy(listing, file, description));
    else if (file.path.toLowerCase().endsWith(".zarr.zip"))
      shown.push(hierarchyOfArchive(listing, file, description));
    else if (isArchive(file))
      archives.push({ path, open: () => addressSource(addressOf(listing, "files", file.path).href) });
    // What its name does not tell, the server has looked at; and one that is shown alone is wanted.
    else if (kindOfName === "other" && kind === "folder") leftOut.push(path);
    else
      shown.push(
        bytesSourceFile(ID, description, async (reads) =>
          countedBytes(await placedAddress(addressOf(listing, "files", file.path)), reads),
        ),
      );
  }
  shown.sort((left, right) => (left.path < right.path ? -1 : 1));
  return { id: ID, kind: "server", name, files: shown, problems: refused, archives, leftOut };
}

function isArchive({ path, kind }: ListedFile): boolean {
  return kind === "file" && kindByName(path) === "archive" && !path.toLowerCase().endsWith(".zarr.zip");
}

function hierarchyOfArchive(listing: URL, { path }: ListedFile, description: FileDescription): SourceFile {
  return zarrSourceFile(ID, description, async () => {
    const [{ archivedHierarchy }, bytes] = await Promise.all([
      import("./archive-source.js"),
      placedAddress(addressOf(listing, "files", path)),
    ]);
    return archivedHierarchy({ id: ID, name: path, bytes });
  });
}

function hierarchy(listing: URL, { path }: ListedFile, description: FileDescription): SourceFile {
  return zarrSourceFile(ID, description, async (): Promise<ReadableStore> => {
    const { HttpStore } = await import("@tvb-storage/zarr-backend");
    const store = new HttpStore(addressOf(listing, "files", path), { fetch: fetchOfServed });
    return {
      label: store.label,
      hasFolders: true,
      get: (key, options) => store.get(key, options),
      getRange: (key, range, options) => store.getRange(key, range, options),
      // Asked for where the hierarchy has no consolidated metadata.
      list: async (prefix) => {
        const keys = await listed<readonly string[]>(addressOf(listing, listingName(listing), path));
        return keys.filter((key) => key.startsWith(prefix)).map((key) => ({ key }));
      },
    };
  });
}

/** A chunk that was never written is no failure, which browsers print for each 404; the server says 204 then. */
const fetchOfServed: HttpFetch = async (address, init) => {
  const answer = await fetch(`${address}?missing=204`, init);
  return answer.status === 204 ? new Response(null, { status: 404 }) : answer;
};

/** The address of a path in a folder beside the listing. */
function addressOf(listing: URL, folder: string, path: string): URL {
  return new URL([folder, ...path.split("/")].map(encodeURIComponent).join("/"), listing);
}

function listingName({ pathname }: URL): string {
  return pathname.slice(pathname.lastIndexOf("/") + 1);
}

async function listed<T>(address: URL): Promise<T> {
  const failure = (what: string, cause?: unknown) =>
    new FileStorageException(
      `the server of this page does not list its files: ${what}`,
      cause === undefined ? {} : { cause },
    );
  let answer: Response;
  try {
    answer = await fetch(address, { cache: "no-store" });
  } catch (error) {
    throw failure(
      `it cannot be reached (${errorMessage(error)}); start tvb-storage view once more, and open the address that it prints`,
      error,
    );
  }
  // The server is that of the page, of one version with it.
  if (answer.ok) return (await answer.json()) as T;
  const isExplained = answer.headers.get("content-type") === "application/json";
  throw failure(
    isExplained
      ? ((await answer.json()) as { message: string }).message
      : `it answers ${answer.status} ${answer.statusText}`,
  );
}
