import { type ComponentType, lazy, type ReactNode, Suspense, useState } from "react";
import type { DataFile } from "../data/data-file.js";
import { type FileSummary, summaryOf } from "../data/file-summary.js";
import type { SourceFile } from "../sources/source.js";
import type { View, ViewProps } from "../views/view.js";
import { VIEWS } from "../views/views.js";
import { OpenFailure } from "./OpenFailure.js";
import { useLoaded } from "./use-loaded.js";
import { ViewErrors } from "./ViewErrors.js";
import { useWorkspace } from "./workspace.js";

interface Opened {
  readonly data: DataFile;
  readonly summary: FileSummary;
}

async function open(file: SourceFile): Promise<Opened> {
  const data = await file.data();
  return { data, summary: await summaryOf(file, data) };
}

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
  const opened = useLoaded(() => open(file), [file, attempt]);
  const { shown, show } = useWorkspace();
  if (opened.state === "loading") return <p role="status">Opening {file.path} …</p>;
  if (opened.state === "failed")
    return <OpenFailure file={file} error={opened.error} again={() => setAttempt(attempt + 1)} />;
  const { data, summary } = opened.value;
  const views = VIEWS.filter((view) => view.shows(summary, shown.node));
  const view =
    views.find(({ id }) => id === shown.view) ??
    views.find(({ isDefault }) => isDefault?.(summary, shown.node) ?? true);
  if (view === undefined) return <p role="alert">Nothing shows {file.path}.</p>;
  const Component = componentOf(view);
  return (
    <section aria-label={file.path}>
      <div role="tablist" aria-label="Views">
        {views.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === view.id}
            aria-controls="view"
            onClick={() => show({ view: id, params: {} })}
          >
            {title}
          </button>
        ))}
      </div>
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
    </section>
  );
}

function changed(
  params: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const next: Record<string, string> = { ...params };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete next[name];
    else next[name] = value;
  }
  return next;
}
