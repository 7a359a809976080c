export const packages: string;
/** In a browser, or on Node. */
export function sourcesFor(platform: "default" | "browser"): Readonly<Record<string, string>>;
export const sourceOf: Readonly<Record<string, string>>;
export const programOptions: {
  readonly bundle: true;
  readonly platform: "node";
  readonly format: "esm";
  readonly target: "node20";
  readonly logLevel: "error";
  readonly alias: Record<string, string>;
  readonly banner: { readonly js: string };
};
