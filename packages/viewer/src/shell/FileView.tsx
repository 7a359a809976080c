import { type ComponentType, lazy, type ReactNode, Suspense, useState } from "react";
import type { FileSummary } from "../data/file-summary.js";
import { titleOf } from "../project/datatypes.js";
import type { SourceFile } from "../sources/source.js";
import { byteText } from "../text/byte-text.js";
import { nameOfPath } from "../text/path-name.js";
import type { View, ViewParams, ViewProps } from "../views/view.js";
import { VIEWS } from "../views/views.js";
import { OpenFailure } from "./OpenFailure.js";
import { ReadStatus } from "./ReadStatus.js";
import { Tabs } from "./Tabs.js";
import { useOpened } from "./use-opened.js";
import { ViewErrors } from "./ViewErrors.js";
import { useWorkspace } from "./workspace.js";

const components = new Map<string, ComponentType<ViewProps>>();

function componentOf({ id, load }: View): ComponentType<ViewProps> {
  let component = components.get(id);
  if (component === undefined) {
    component = lazy(load);
    components.set(id, component);
  }
  return component;
}

/** A file, by one of the views that can show it. */
export function FileView({ file }: { readonly file: SourceFile }): ReactNode {
  const [attempt, setAttempt] = useState(0);
  const opened = useOpened(file, attempt);
  const { shown, show } = useWorkspace();
  if (opened.state === "failed")
    return <OpenFailure file={file} error={opened.error} again={() => setAttempt(attempt + 1)} />;
  if (opened.state === "loading" || opened.value === undefined)
    return (
      <>
        <p role="status">Opening {file.path} …</p>
        {/* An entry of an archive is inflated as a whole. */}
        <ReadStatus file={file} />
      </>
    );
  const { data, summary } = opened.value;
  const views = VIEWS.filter((view) => view.shows(summary, shown.node));
  const view =
    views.find(({ id }) => id === shown.view) ??
    views.find(({ isDefault }) => isDefault?.(summary, shown.node) ?? true);
  if (view === undefined) return <p role="alert">Nothing shows {file.path}.</p>;
  const Component = componentOf(view);
  return (
    <section aria-label={file.path}>
      <FileHeading file={file} summary={summary} />
      <Tabs
        label="Views"
        tabs={views}
        chosen={view.id}
        panel="view"
        choose={(id) => {
          const { paramsOf } = views.find((each) => each.id === id) ?? {};
          const isKept = paramsOf !== undefined && paramsOf === view.paramsOf;
          show({ view: id, params: isKept ? shown.params : {} });
        }}
      />
      <div role="tabpanel" id="view" aria-labelledby={`tab-${view.id}`}>
        <ViewErrors key={`${view.id} ${shown.node}`}>
          <Suspense fallback={<p role="status">Loading the view …</p>}>
            <Component
              file={file}
              data={data}
              summary={summary}
              node={shown.node}
              params={shown.params}
              setParams={(changes) =>
                show({ params: changed(useWorkspace.getState().shown.params, changes) })
              }
            />
          </Suspense>
        </ViewErrors>
      </div>
      <ReadStatus file={file} />
    </section>
  );
}

interface FileHeadingProps {
  readonly file: SourceFile;
  readonly summary: FileSummary;
}

function FileHeading({ file, summary }: FileHeadingProps): ReactNode {
  const facts = [
    titleOf(summary) || undefined,
    file.size === undefined ? undefined : byteText(file.size),
    summary.created === undefined ? undefined : `created ${summary.created.replace(/\.\d+$/, "")}`,
  ].filter((each) => each !== undefined);
  const heading = summary.className ?? nameOfPath(file.path);
  return (
    <div className="file-heading">
      <h2>{heading}</h2>
      <p>{facts.join(" · ")}</p>
      {heading !== file.path && <p className="file-path">{file.path}</p>}
    </div>
  );
}

function changed(
  params: ViewParams,
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const next = new Map(Object.entries(params));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  return Object.fromEntries(next);
}
