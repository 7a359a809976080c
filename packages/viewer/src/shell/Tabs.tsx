import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";

interface Tab {
  readonly id: string;
  readonly title: string;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  /** The element that the chosen tab shows. */
  readonly panel: string;
  readonly choose: (id: string) => void;
}

/**
 * Tabs by the pattern of WAI-ARIA: one of them is reached by Tab, the others by arrow keys. Enter or Space chooses, since
 * a view may take a moment to load.
 */
export function Tabs({ label, tabs, chosen, panel, choose }: TabsProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const [reached, setReached] = useState(chosen);
  const current = tabs.some(({ id }) => id === reached) ? reached : chosen;

  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === current);
    const last = tabs.length - 1;
    const next = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[event.key];
    const tab = next === undefined ? undefined : tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    setReached(tab.id);
    list.current?.querySelector<HTMLElement>(`#tab-${CSS.escape(tab.id)}`)?.focus();
  };

  return (
    <div role="tablist" aria-label={label} ref={list} onKeyDown={move}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          tabIndex={id === current ? 0 : -1}
          aria-selected={id === chosen}
          aria-controls={panel}
          onFocus={() => setReached(id)}
          onBlur={() => setReached(chosen)}
          onClick={() => choose(id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
