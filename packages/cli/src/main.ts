#!/usr/bin/env node
import { run } from "./run.js";
import { processTerminal } from "./terminal/process-terminal.js";

/** How long a stream that is stuck, or what else is left, may keep the process. */
const LAST_MS = 250;

const terminal = processTerminal();
const status = await run(process.argv.slice(2), terminal);
terminal.end();
process.exitCode = status;
// All that was written is out. Not at once: in Node 24 process.exit may wait forever for a thread of V8's that compiles.
setTimeout(() => process.exit(status), LAST_MS).unref();
