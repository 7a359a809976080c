import { readFileSync, writeFileSync } from "node:fs";
import { finish, folder } from "./shared.js";

// The start of Node, and 8 KB written and read.
writeFileSync(`${folder}/floor.bin`, new Float64Array(1024));
finish(readFileSync(`${folder}/floor.bin`).length === 8192);
