/** A setting of this browser; undefined where there is none, or where the browser keeps nothing for the page. */
export function keptSetting(name: string): string | undefined {
  try {
    return localStorage.getItem(`tvb-viewer-${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a setting for the next visit, where the browser lets the page. */
export function keepSetting(name: string, value: string): void {
  try {
    localStorage.setItem(`tvb-viewer-${name}`, value);
  } catch {
    // It lasts as long as the page.
  }
}
