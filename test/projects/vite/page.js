import { main } from "./main.ts";

const output = document.querySelector("output");
main().then(
  (text) => {
    output.textContent = `done: ${text}`;
  },
  (error) => {
    output.textContent = `failed: ${error}`;
  },
);
