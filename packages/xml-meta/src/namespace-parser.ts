import { SaxesParser, type SaxesStartTagNS, type SaxesTagNS } from "saxes";

const OPTIONS = { xmlns: true, forceXMLVersion: true, defaultXMLVersion: "1.0" } as const;

/** The prefixes that are bound without a declaration (Namespaces in XML 1.0, section 3). */
const BOUND: ReadonlyMap<string, string> = new Map([
  ["xml", "http://www.w3.org/XML/1998/namespace"],
  ["xmlns", "http://www.w3.org/2000/xmlns/"],
]);

/**
 * saxes with namespaces, in time linear in the length of the document. saxes
 * itself searches all ancestors for the namespace of each element.
 */
export class NamespaceParser extends SaxesParser<typeof OPTIONS> {
  /** The URIs of each prefix declared at the current element, the innermost declaration last. */
  readonly #declared = new Map<string, string[]>();
  #tag: SaxesStartTagNS | undefined;

  constructor() {
    // 1.1 only adds control characters. It is read as 1.0 (XML 1.0, section 2.8).
    super(OPTIONS);
    this.on("opentagstart", (tag) => {
      this.#tag = tag;
    });
  }

  /** To be called with each open tag, before its content. */
  enter(tag: SaxesTagNS): void {
    for (const prefix in tag.ns) {
      const uris = this.#declared.get(prefix) ?? [];
      uris.push(tag.ns[prefix] ?? "");
      this.#declared.set(prefix, uris);
    }
  }

  /** To be called with each closed tag. */
  leave(tag: SaxesTagNS): void {
    for (const prefix in tag.ns) this.#declared.get(prefix)?.pop();
  }

  override resolve(prefix: string): string | undefined {
    return this.#tag?.ns[prefix] ?? this.#declared.get(prefix)?.at(-1) ?? BOUND.get(prefix);
  }
}
