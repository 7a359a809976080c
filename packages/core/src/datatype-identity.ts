import { formatDateTime, isDate } from "@tvb-storage/files/internal";
import type { Metadata } from "./storage-manager.js";

/** What a data file is, by its metadata and its name. */
export interface DatatypeIdentity {
  /** The last part of its attribute `type`, else what its name begins with: `Connectivity`. */
  readonly class?: string;
  /** 32 hexadecimal digits. */
  readonly gid?: string;
  /** `YYYY-MM-DD HH:MM:SS.ffffff`, as in its attribute `create_date`. */
  readonly created?: string;
}

const DATA_FILE_NAME = /^(?<class>.+)_(?<gid>[0-9a-f]{32})\.[^.]+$/i;

/** What the name of a data file says, `Connectivity_<gid>.h5`: nothing where it has another form. */
export function identityByName(name: string): DatatypeIdentity {
  const { class: className, gid }: { class?: string; gid?: string } = DATA_FILE_NAME.exec(name)?.groups ?? {};
  return given({ class: className, gid });
}

/** What a data file says of itself; what it does not say is taken from its name. */
export function datatypeIdentity(name: string, metadata: Metadata): DatatypeIdentity {
  const byName = identityByName(name);
  const created = ownValue(metadata, "create_date") ?? ownValue(metadata, "Create_date");
  return given({
    class: textOf(metadata, "type", "Type")?.split(".").at(-1) ?? byName.class,
    gid: plainGid(textOf(metadata, "gid", "Gid")) ?? byName.gid,
    created: isDate(created) ? formatDateTime(created) : undefined,
  });
}

/** A GID as it is in names of files: of `urn:uuid:...` and of a UUID with hyphens the digits alone. */
export function plainGid(text: string | undefined): string | undefined {
  return text?.replace(/^urn:uuid:/i, "").replaceAll("-", "");
}

function given(values: { readonly [K in keyof DatatypeIdentity]: string | undefined }): DatatypeIdentity {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function ownValue(metadata: Metadata, key: string): Metadata[string] | undefined {
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}

/** Version 2 of the files, of TVB 1.x, has capital letters. */
function textOf(metadata: Metadata, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = ownValue(metadata, key);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
