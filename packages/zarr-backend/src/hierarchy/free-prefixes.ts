import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { DOCUMENTS, keyOf, MAX_KEY_LENGTH } from "./hierarchy.js";
import { RESERVED } from "./own-keys.js";
import { deleteListed, straysOf } from "./strays.js";
import type { WriteAccess } from "./write-access.js";

/** Where a transaction makes nodes that the last commit does not have. */
export class FreePrefixes {
  /** Beneath these is nothing. */
  readonly #empty: string[] = [];

  constructor(
    private readonly access: WriteAccess,
    private readonly format: 2 | 3,
  ) {}

  /**
   * Before a node is made at a path: chunks that a writer left there which died before its commit are removed.
   *
   * @throws FileStructureException a name of the format, or something that another program has put there since.
   */
  async claim(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    if (name === RESERVED || DOCUMENTS[this.format].includes(name))
      throw new FileStructureException(`the name ${quoted(name)} is Zarr's own; choose another one`);
    const prefix = keyOf(path);
    if (DOCUMENTS[this.format].some((each) => prefix.length + each.length > MAX_KEY_LENGTH))
      throw new FileStructureException(
        `the path has ${path.length} characters, and a key at most ${MAX_KEY_LENGTH}; choose a shorter one`,
      );
    if (path === "/" || this.#empty.some((each) => prefix.startsWith(each))) return;
    const listed = await this.access.store.list(prefix);
    if (listed.length === 0) this.#empty.push(prefix);
    const keys = DOCUMENTS[this.format].map((each) => prefix + each);
    if (listed.some(({ key }) => keys.includes(key)))
      throw new FileStructureException(
        `another program has put ${path} there, which the consolidated metadata does not have; run zarr.consolidate_metadata first`,
      );
    await deleteListed(this.access, straysOf(listed, prefix, undefined));
  }
}
