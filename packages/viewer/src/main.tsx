import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Shell } from "./shell/Shell.js";
import { applyTheme, keptTheme } from "./shell/theme.js";
import "./shell/layers.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");
// Before anything is drawn, so that nothing flashes.
applyTheme(keptTheme());
createRoot(root).render(
  <StrictMode>
    <Shell />
  </StrictMode>,
);
