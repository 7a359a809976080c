export { EXIT } from "./exit-status.js";
export { run } from "./run.js";
export { processTerminal } from "./terminal/process-terminal.js";
export type { Output, Terminal } from "./terminal/terminal.js";
