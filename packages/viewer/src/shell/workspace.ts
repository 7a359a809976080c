import { create } from "zustand";
import { isDataFile, type Project, projectsOf } from "../project/projects.js";
import type { Source, SourceFile } from "../sources/source.js";
import { openedBy, readAddress } from "./address.js";
import type { Shown } from "./shown.js";

interface Workspace {
  readonly sources: readonly Source[];
  /** Addresses of files that the page's address opens: those of sources, and those that could not be opened. */
  readonly addresses: readonly string[];
  /** Why something could not be opened, the last one first. */
  readonly failures: readonly string[];
  readonly shown: Shown;
  /** `keepShown`: what is shown, or waited for, stays. Else who opens one file, or one project, sees it. */
  addSource(source: Source, options?: { readonly keepShown?: boolean }): void;
  closeSource(id: string): void;
  fail(message: string): void;
  dismissFailure(message: string): void;
  dismissFailures(): void;
  show(change: Partial<Shown>): void;
  /** Another file or project begins with its first view. */
  showFile(file: SourceFile, at?: Pick<Shown, "node" | "view">): void;
  showProject(source: Source, path: string): void;
  /** Shows what the page's address says, after the user went back, or changed it. */
  followAddress(hash: string): void;
}

const hash = globalThis.location?.hash ?? "";

export const useWorkspace = create<Workspace>((set) => ({
  sources: [],
  addresses: openedBy(hash),
  failures: [],
  shown: readAddress(hash),
  addSource: (source, { keepShown = false } = {}) =>
    set(({ sources, addresses, shown }) => {
      const all = [...sources.filter(({ id }) => id !== source.id), source];
      const isChosen = shown.file !== undefined || shown.project !== undefined;
      const isAwaited = !isOpen(sources, shown) && isOpen(all, shown);
      const first = (keepShown && isChosen) || isAwaited ? undefined : firstShown(all, source);
      return {
        sources: all,
        ...(source.address === undefined ? {} : { addresses: [...new Set([...addresses, source.address])] }),
        ...(first === undefined ? {} : { shown: first }),
      };
    }),
  closeSource: (closed) =>
    set(({ sources, addresses, shown }) => {
      const left = sources.filter(({ id }) => id !== closed);
      const address = sources.find(({ id }) => id === closed)?.address;
      return {
        sources: left,
        addresses: addresses.filter((each) => each !== address),
        ...(isOpen(sources, shown) && !isOpen(left, shown) ? { shown: { params: {} } } : {}),
      };
    }),
  // Said once, however often it happened.
  fail: (message) =>
    set(({ failures }) => ({ failures: [message, ...failures.filter((each) => each !== message)] })),
  dismissFailure: (message) =>
    set(({ failures }) => ({ failures: failures.filter((each) => each !== message) })),
  dismissFailures: () => set({ failures: [] }),
  show: (change) => set(({ shown }) => ({ shown: { ...shown, ...change } })),
  showFile: (file, at = {}) => set(({ sources }) => ({ shown: { ...placeOfFile(sources, file), ...at } })),
  showProject: (source, path) => set(({ sources }) => ({ shown: placeOfProject(sources, source, path) })),
  followAddress: (address) =>
    set(({ addresses }) => ({
      shown: readAddress(address),
      addresses: [...new Set([...addresses, ...openedBy(address)])],
    })),
}));

/** Who opens one file, or one project, wants to see it. */
function firstShown(sources: readonly Source[], source: Source): Shown | undefined {
  const projects = projectsOf(source);
  const [project] = projects;
  if (project !== undefined)
    return projects.length === 1 ? placeOfProject(sources, source, project.path) : { params: {} };
  const [only, ...others] = source.files.filter(isDataFile);
  if (only === undefined || others.length > 0) return undefined;
  return placeOfFile(sources, only);
}

/** A file by its first view. The source is named where several have its path. */
export function placeOfFile(sources: readonly Source[], file: SourceFile): Shown {
  const having = sources.filter(({ files }) => files.some(({ path }) => path === file.path));
  const own = having.length > 1 ? having.find(({ files }) => files.includes(file)) : undefined;
  return { ...(own === undefined ? {} : { source: own.id }), file: file.path, params: {} };
}

/** A project. The source is named where several have one in a folder of this path. */
export function placeOfProject(sources: readonly Source[], source: Source, path: string): Shown {
  const having = sources.filter((each) => projectsOf(each).some((project) => project.path === path));
  return { ...(having.length > 1 ? { source: source.id } : {}), project: path, params: {} };
}

function isOpen(sources: readonly Source[], shown: Shown): boolean {
  if (shown.file !== undefined) return shownFile(sources, shown) !== undefined;
  return shown.project !== undefined && shownProject(sources, shown) !== undefined;
}

/** The chosen file: of the source that is named, else of whatever source has the path. */
export function shownFile(
  sources: readonly Source[],
  { source, file }: Pick<Shown, "source" | "file">,
): SourceFile | undefined {
  if (file === undefined) return undefined;
  const found = sources.flatMap(({ id, files }) =>
    files.filter(({ path }) => path === file).map((each) => ({ id, each })),
  );
  return (found.find(({ id }) => id === source) ?? found[0])?.each;
}

/** The chosen project; where nothing is chosen and only one is open, that one. */
export function shownProject(
  sources: readonly Source[],
  shown: Pick<Shown, "source" | "file" | "project">,
): { readonly source: Source; readonly project: Project } | undefined {
  if (shown.file !== undefined) return undefined;
  const all = sources.flatMap((source) => projectsOf(source).map((project) => ({ source, project })));
  if (shown.project === undefined) return all.length === 1 ? all[0] : undefined;
  const found = all.filter(({ project }) => project.path === shown.project);
  return found.find(({ source }) => source.id === shown.source) ?? found[0];
}
