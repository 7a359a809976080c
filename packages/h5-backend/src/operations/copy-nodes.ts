import { type CopyNodesOptions, type CopyReport, TVB_ATTRIBUTE_PREFIX } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { DATA_VERSION_KEY, isWithin, LongCall, parentOf } from "@tvb-storage/files/internal";
import {
  attributeNames,
  type CopyPlace,
  copyObjects,
  type Extent,
  type Hdf5Structure,
} from "@tvb-storage/hdf5/internal";
import type { H5Handle } from "../session/h5-handle.js";
import { createGroup } from "./create-group.js";
import { removeData } from "./remove-data.js";

/** Thrown, so that nothing is committed, where only HDF5 changes the file: values are to be copied then. */
export const ONLY_HDF5: Error = new Error("only HDF5 changes this file");

const VERSION_ATTRIBUTE = `${TVB_ATTRIBUTE_PREFIX}${DATA_VERSION_KEY}`;

/**
 * Copies objects as they are stored. `source` is undefined for those of the same file. `noteFreed` gets the space of
 * what is replaced.
 *
 * @throws MissingDataSetException nothing is at `from`.
 * @throws FileStructureException something is at `to`, or it is within `from`.
 */
export async function copyNodes(
  source: H5Handle | undefined,
  target: H5Handle,
  { from, to, overwrite, include, ...long }: CopyNodesOptions,
  noteFreed: (freed: readonly Extent[]) => void,
): Promise<CopyReport> {
  const isSuited = target.tryEdit(
    ({ space, offsetSize, lengthSize }) => space.isOrdinary && offsetSize === 8 && lengthSize === 8,
  );
  if (!isSuited) throw ONLY_HDF5;
  const { object } = (source ?? target).node(from);
  if (source === undefined) refuseOverlap(from, to, overwrite);
  if (to === "/" && object.kind !== "group")
    throw new FileStructureException(`${from} is a ${object.kind}: give the path of its copy (to)`);
  const found = linksAt(target, to);
  if (!overwrite && found[0] !== undefined) throw refused(target, to, `a ${kindAt(target, found[0])}`);
  if (!overwrite && to === "/" && hasAttributes(target)) throw refused(target, to, "a group with attributes");
  for (const path of found) noteFreed(removeData(target, path));
  if (to !== "/" && parentOf(to) !== "/") await createGroup(target, parentOf(to));
  const place = placeOf(target, to);
  const { structure } = source ?? target;
  const file = target.edit((edited) => edited);
  const call = new LongCall(`copying ${from} of ${structure.file.name} to ${to} of ${target.label}`, long);
  const start = { path: from, address: addressOf(structure, from) };
  const replaces = found.length > 0;
  const report = await copyObjects({
    source: structure,
    start,
    target: file,
    replaces,
    place,
    include,
    call,
  });
  // What was read of the target before is not so any more.
  target.edit(() => undefined);
  return report;
}

function addressOf(structure: Hdf5Structure, path: string): number {
  return structure.resolve(path)?.address ?? structure.root;
}

function refuseOverlap(from: string, to: string, overwrite: boolean): void {
  if (isWithin(from, to))
    throw new FileStructureException(
      `${to} is ${from === to ? "" : "within "}${from}, which is to be copied`,
    );
  if (overwrite && isWithin(to, from))
    throw new FileStructureException(
      `${from}, which is to be copied, is within ${to}, which is to be replaced`,
    );
}

/** The links that have to go before something can be copied to a path. */
function linksAt(target: H5Handle, to: string): string[] {
  const { structure } = target;
  if (to !== "/") {
    const parent = target.find(parentOf(to));
    if (parent?.object.kind !== "group") return [];
    return structure.link(parent.object.address, to.slice(to.lastIndexOf("/") + 1)) === undefined ? [] : [to];
  }
  return structure.links(structure.root).map(({ name }) => `/${name}`);
}

/** Whether the root has attributes other than the version that a new file gets. */
function hasAttributes({ structure }: H5Handle): boolean {
  const names = attributeNames(structure.file, structure.header(structure.root));
  names.delete(VERSION_ATTRIBUTE);
  return names.size > 0;
}

function kindAt(target: H5Handle, path: string): string {
  return `${target.find(path)?.object.kind ?? "link"} (${path})`;
}

function refused(target: H5Handle, to: string, what: string): Error {
  const advice = to === "/" ? "copy to a new file, or to a group of its own (to)" : "give another path (to)";
  return new FileStructureException(
    `expected nothing at ${to} of ${target.label}, found ${what}; ${advice}, or replace it (overwrite: true)`,
  );
}

function placeOf(target: H5Handle, to: string): CopyPlace {
  if (to === "/") return { kind: "root" };
  const group = target.node(parentOf(to)).object.address;
  return { kind: "link", group, name: to.slice(to.lastIndexOf("/") + 1) };
}
