import { type ReactNode, useDeferredValue, useMemo, useState } from "react";
import { VIEWS } from "../views/views.js";
import { FileTree } from "./FileTree.js";
import { OpenSources } from "./OpenSources.js";
import { type TreeRow, treeRows } from "./tree-rows.js";
import { useOpened } from "./use-opened.js";
import { shownFile, shownProject, useWorkspace } from "./workspace.js";

interface SidebarProps {
  /** A file, a project or a node was chosen. */
  readonly chosen: () => void;
}

const NOTHING_TOGGLED: ReadonlyMap<string, boolean> = new Map();

/** What is open: sources, their folders and files, and the nodes of the file that is shown. */
export function Sidebar({ chosen }: SidebarProps): ReactNode {
  const { sources, shown, showFile, showProject, closeSource } = useWorkspace();
  const file = shownFile(sources, shown);
  const project = shownProject(sources, shown);
  const opened = useOpened(file);
  const summary = opened.state === "loaded" ? opened.value?.summary : undefined;

  const [filter, setFilter] = useState("");
  const [toggled, setToggled] = useState(NOTHING_TOGGLED);
  // What was collapsed before does not hide what a filter finds.
  const [toggledInFilter, setToggledInFilter] = useState(NOTHING_TOGGLED);
  const deferred = useDeferredValue(filter);
  const isFiltered = deferred.trim() !== "";
  const rows = useMemo(
    () =>
      treeRows({
        sources,
        filter: deferred,
        toggled: isFiltered ? toggledInFilter : toggled,
        chosen: file,
        nodes: summary?.nodes ?? [],
      }),
    [sources, deferred, isFiltered, toggled, toggledInFilter, file, summary],
  );

  const toggle = ({ id }: TreeRow, isExpanded: boolean): void =>
    (isFiltered ? setToggledInFilter : setToggled)((before) => new Map([...before, [id, isExpanded]]));
  const choose = ({ target }: TreeRow): void => {
    if (target.kind === "file") showFile(target.file);
    if (target.kind === "project") showProject(target.source, target.path);
    if (target.kind === "node") {
      const canShow = VIEWS.find(({ id }) => id === shown.view)?.shows;
      const stays = summary !== undefined && canShow?.(summary, target.path) === true;
      showFile(target.file, { node: target.path, ...(stays ? { view: shown.view } : {}) });
    }
    chosen();
  };

  return (
    <>
      <label className="filter">
        Filter files
        <input
          type="search"
          value={filter}
          placeholder="part of a name"
          onChange={({ target }) => {
            setFilter(target.value);
            setToggledInFilter(NOTHING_TOGGLED);
          }}
        />
      </label>
      {rows.length === 0 ? (
        <p role="status" className="no-file">
          No file has “{filter}” in its path.
        </p>
      ) : (
        <FileTree
          rows={rows}
          selected={rows.find((row) => isShown(row, shown.node))?.id}
          toggle={toggle}
          choose={choose}
          close={({ source }) => source && closeSource(source.id)}
        />
      )}
      <OpenSources />
    </>
  );

  function isShown({ target }: TreeRow, node: string | undefined): boolean {
    switch (target.kind) {
      case "folder":
        return false;
      case "project":
        return project?.source === target.source && project.project.path === target.path;
      case "file":
        return target.file === file && node === undefined;
      case "node":
        return target.file === file && target.path === node;
    }
  }
}
