import { main } from "./main.ts";

const text = await main().then(
  (found) => `done: ${found}`,
  (error) => `failed: ${error}`,
);
document.querySelector("output").textContent = text;
await fetch("/found", { method: "POST", body: text });
