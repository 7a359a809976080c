import { keepSetting, keptSetting } from "./kept-setting.js";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export function keptTheme(): Theme {
  const kept = keptSetting("theme");
  return THEMES.find((theme) => theme === kept) ?? "system";
}

/** All colours of the page follow the attribute of its root, see page.css. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  keepSetting("theme", theme);
}
