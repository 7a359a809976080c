#!/usr/bin/env node
import { run } from "./run.js";
import { processTerminal } from "./terminal/process-terminal.js";

const terminal = processTerminal();
process.exitCode = await run(process.argv.slice(2), terminal);
terminal.end();
