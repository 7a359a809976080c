#!/usr/bin/env node
import { run } from "./run.js";
import { processTerminal } from "./terminal/process-terminal.js";

const terminal = processTerminal();
const status = await run(process.argv.slice(2), terminal);
terminal.end();
// All that was written is out. A stream that is stuck does not keep the process.
process.exit(status);
