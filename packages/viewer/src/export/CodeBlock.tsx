import { type ReactNode, useState } from "react";

/** Lines of a program, with a button that copies them. */
export function CodeBlock({ title, code }: { readonly title: string; readonly code: string }): ReactNode {
  const [said, say] = useState("");
  const copy = (): void => {
    navigator.clipboard.writeText(code).then(
      () => say("Copied"),
      () => say("The browser refused; select the text and copy it"),
    );
  };
  return (
    <section aria-label={title} className="export-code">
      <header>
        <h3>{title}</h3>
        <button type="button" onClick={copy} aria-label={`Copy the lines of ${title}`}>
          Copy
        </button>
        <span role="status">{said}</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard, too. */}
      <pre tabIndex={0}>{code}</pre>
    </section>
  );
}
