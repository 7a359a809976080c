#!/usr/bin/env node
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isTVBException } from "@tvb-storage/errors";
import { readCommandLine, USAGE } from "./command-line.js";
import { lookLines } from "./look-line.js";
import { makeRunFolder, useFolder } from "./output-folder.js";
import { projectFolder, quickstart } from "./quickstart.js";
import { byteSize } from "./report.js";
import { checkUserFiles } from "./user-files.js";
import { UserMistake } from "./user-mistake.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  // npm runs scripts in the package's folder; this is where the user typed the command.
  const typedIn = process.env["INIT_CWD"] ?? process.cwd();
  const options = readCommandLine(args, typedIn);
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  await checkUserFiles(options.files);
  const output =
    options.output === undefined
      ? await makeRunFolder(join(repository, "output"), new Date())
      : await useFolder(options.output);
  console.log(`output folder: ${output}\n`);

  const allVerified = await quickstart(options, output, (line) => console.log(line));
  const seconds = process.uptime().toFixed(1);
  console.log(
    allVerified ? "Everything came back as it was." : "NOT everything came back as it was, see above.",
  );
  console.log(`output folder: ${output}`);
  console.log(`${seconds} s, peak memory ${byteSize(process.resourceUsage().maxRSS * 1024)}`);
  console.log("\nTo look at it with the command tvb-storage, as a tree or in the browser:\n");
  for (const line of lookLines(repository, projectFolder(output), typedIn)) console.log(`    ${line}`);
  return allVerified ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // A mistake of the user or an error of the machine needs no stack; a bug of the program does.
  const isExplained =
    error instanceof UserMistake || isTVBException(error) || (error instanceof Error && "syscall" in error);
  console.error(isExplained ? `error: ${error.message}` : error);
  process.exitCode = 1;
}
