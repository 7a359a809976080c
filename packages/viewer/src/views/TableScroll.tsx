import type { ReactNode } from "react";

interface TableScrollProps {
  /** What the table lists. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A table that scrolls by itself where it is wider than the page, also by arrow keys. */
export function TableScroll({ label, children }: TableScrollProps): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className="table-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
