import { type ReactNode, useState } from "react";
import { applyTheme, keptTheme, THEMES } from "./theme.js";

/** Light, dark, or as the system is. */
export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState(keptTheme);
  return (
    <label className="theme">
      Theme{" "}
      <select
        value={theme}
        onChange={({ target }) => {
          const chosen = THEMES.find((each) => each === target.value) ?? "system";
          setTheme(chosen);
          applyTheme(chosen);
        }}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </label>
  );
}
