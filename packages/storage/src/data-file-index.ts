import type { Metadata } from "@tvb-storage/core";
import { isTVBException } from "@tvb-storage/errors";
import { fileException, folderEntries, systemErrorCode } from "@tvb-storage/files";
import {
  baseName,
  isWithin,
  joinPath,
  type LongCall,
  parentOf,
  systemCause,
} from "@tvb-storage/files/internal";
import { ownGid, rootMetadata } from "./references.js";
import type { StorageContext } from "./storage-context.js";
import { treeItems } from "./tree-items.js";

/** A data file that says it has the gid that was asked for. */
export interface FoundFile {
  readonly path: string;
  readonly metadata: Metadata;
}

/** The data files of projects by gid. A project is listed at the first question; what comes later is not seen. */
export class DataFileIndex {
  readonly #context: StorageContext;
  readonly #call: LongCall;
  readonly #projects = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  #names: Promise<readonly string[]> | undefined;

  constructor(context: StorageContext, call: LongCall) {
    this.#context = context;
    this.#call = call;
  }

  /** The files with a gid in a project's folder, in the order of their paths: first found by name, then by their attribute `gid`. */
  async *inProject(projectName: string, gid: string): AsyncGenerator<FoundFile> {
    const found = (await this.#list(projectName)).get(gid) ?? [];
    for (const path of found) {
      await this.#call.pause();
      const metadata = await this.#confirmed(path, gid);
      if (metadata !== undefined) yield { path, metadata };
    }
  }

  /** The first of `inProject`. */
  async firstInProject(projectName: string, gid: string): Promise<FoundFile | undefined> {
    for await (const found of this.inProject(projectName, gid)) return found;
    return undefined;
  }

  /** Those of all projects, of one project before the others where it is named. */
  async *everywhere(gid: string, first?: string): AsyncGenerator<FoundFile> {
    if (first !== undefined) yield* this.inProject(first, gid);
    this.#names ??= this.#projectNames();
    for (const name of await this.#names) if (name !== first) yield* this.inProject(name, gid);
  }

  /** The name of the project that a path is in; undefined where it is in none. */
  projectOf(path: string): string | undefined {
    const { projects } = this.#context.paths;
    if (!isWithin(projects, path)) return undefined;
    let folder = path;
    while (parentOf(folder) !== projects && folder !== projects) folder = parentOf(folder);
    return folder === projects ? undefined : baseName(folder);
  }

  async #projectNames(): Promise<readonly string[]> {
    const { fs, paths } = this.#context;
    try {
      const entries = await folderEntries(fs, paths.projects);
      return entries.filter(({ kind }) => kind === "folder").map(({ name }) => name);
    } catch (error) {
      if (systemErrorCode(error) === "ENOENT") return [];
      throw fileException(error, `cannot list the projects in ${paths.projects}`);
    }
  }

  #list(projectName: string): Promise<ReadonlyMap<string, readonly string[]>> {
    let listed = this.#projects.get(projectName);
    if (listed === undefined) {
      listed = this.#walk(joinPath(this.#context.paths.projects, projectName));
      this.#projects.set(projectName, listed);
    }
    return listed;
  }

  async #walk(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const byGid = new Map<string, string[]>();
    try {
      for await (const { path, data } of treeItems(this.#context, folder)) {
        this.#call.check();
        if (data === undefined) continue;
        const same = byGid.get(data.gid);
        if (same === undefined) byGid.set(data.gid, [path]);
        else same.push(path);
      }
    } catch (error) {
      if (systemErrorCode(error) !== "ENOENT")
        throw fileException(error, `cannot list the project ${folder}`);
    }
    return byGid;
  }

  async #confirmed(path: string, gid: string): Promise<Metadata | undefined> {
    try {
      const metadata = await rootMetadata(this.#context, path);
      if (ownGid(metadata) === gid) return metadata;
      this.#context.logger?.warn(
        `${path} is not the datatype ${gid} of its name: its attribute gid says another`,
      );
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#context.logger?.warn(`${path} is not taken for the datatype ${gid}: ${error.message}`);
    }
    return undefined;
  }
}

/** Whether a file cannot be read because of what is in it; not because of the disk, or of its permissions. */
export function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && isTVBException(error) && systemCause(error) === undefined;
}
