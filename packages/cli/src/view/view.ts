import { createRequire } from "node:module";
import { dirname } from "node:path";
import { FileStructureException } from "@tvb-storage/errors";
import type { Context } from "../context.js";
import { numberOption } from "../options/number-option.js";
import { jsonText } from "../terminal/json-text.js";
import { printable } from "../terminal/printable.js";
import { isAddress } from "../trees/address.js";
import { UsageError } from "../usage-error.js";
import { hasScreen, openInBrowser } from "./open-in-browser.js";
import { startViewServer } from "./start-view-server.js";

export interface ViewFlags {
  readonly port?: string;
  /** False by `--no-open`. */
  readonly open: boolean;
  readonly json?: true;
}

/** Shows what is at a path until it is interrupted, which is its ordinary end. */
export async function view(context: Context, path: string, flags: ViewFlags): Promise<void> {
  const { signal, stdout, env } = context.terminal;
  if (isAddress(path))
    throw new UsageError(
      `${path} is no path of this machine; start tvb-storage view without it, and open the address in the page`,
    );
  const port =
    flags.port === undefined
      ? undefined
      : numberOption("--port", flags.port, { min: 1, max: 65_535, whole: true });
  const server = await startViewServer({
    page: pageFolder(),
    root: path,
    ...(port === undefined ? {} : { port }),
  });
  try {
    const { address, root } = server;
    await context.print(flags.json === true ? jsonText({ address, port: server.port, root }, 0) : address);
    await context.note(`shows ${printable(root)} to who has this address; Ctrl-C ends it`);
    if (flags.open && flags.json !== true && stdout.isTerminal && hasScreen(env))
      openInBrowser(server.launchAddress()).catch((error: Error) =>
        context.note(`no browser could be started (${error.message}); open the address`),
      );
    await interruption(signal);
  } finally {
    await server.close();
  }
}

function interruption(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Where the page is that was built. */
function pageFolder(): string {
  const require = createRequire(import.meta.url);
  try {
    return dirname(require.resolve("@tvb-storage/viewer/dist/index.html"));
  } catch (error) {
    throw new FileStructureException(
      "the page is missing (the package @tvb-storage/viewer); install @tvb-storage/cli again, in its repository by npm run setup",
      { cause: error },
    );
  }
}
