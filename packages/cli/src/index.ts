export { EXIT, type ExitStatus } from "./exit-status.js";
export { type RunOptions, run } from "./run.js";
export { processTerminal } from "./terminal/process-terminal.js";
export type { Output, Terminal } from "./terminal/terminal.js";
