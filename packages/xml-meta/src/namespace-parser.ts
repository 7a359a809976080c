import { SaxesParser, type SaxesStartTagNS, type SaxesTagNS } from "saxes";

const OPTIONS = { xmlns: true, forceXMLVersion: true, defaultXMLVersion: "1.0" } as const;

/** The prefixes that are bound without a declaration (Namespaces in XML 1.0, section 3). */
const BOUND: ReadonlyMap<string, string> = new Map([
  ["xml", "http://www.w3.org/XML/1998/namespace"],
  ["xmlns", "http://www.w3.org/2000/xmlns/"],
]);

/**
 * saxes with namespaces, in time that grows with the document only. saxes itself
 * looks for the namespace of each element in all elements around it.
 */
export class NamespaceParser extends SaxesParser<typeof OPTIONS> {
  /** The URIs of each prefix that is declared where the parser is, the innermost last. */
  readonly #declared = new Map<string, string[]>();
  #tag: SaxesStartTagNS | undefined;

  constructor() {
    // 1.1 only adds control characters: read as 1.0, as section 2.8 has it.
    super(OPTIONS);
    this.on("opentagstart", (tag) => {
      this.#tag = tag;
    });
  }

  /** To be called with each tag that is open, before what is in it. */
  enter(tag: SaxesTagNS): void {
    for (const [prefix, uri] of Object.entries(tag.ns)) {
      const uris = this.#declared.get(prefix);
      if (uris === undefined) this.#declared.set(prefix, [uri]);
      else uris.push(uri);
    }
  }

  /** To be called with each tag that is closed. */
  leave(tag: SaxesTagNS): void {
    for (const prefix of Object.keys(tag.ns)) this.#declared.get(prefix)?.pop();
  }

  override resolve(prefix: string): string | undefined {
    return this.#tag?.ns[prefix] ?? this.#declared.get(prefix)?.at(-1) ?? BOUND.get(prefix);
  }
}
