import { writeCsv, writeNpy } from "@tvb-storage/core/internal";
import { type Context, withStorage } from "../context.js";
import { openDataset } from "../elements/dataset-view.js";
import { numberOption } from "../options/number-option.js";
import { type WritePart, writeNewFile } from "../output/new-file.js";
import { withProgress } from "../terminal/progress.js";
import { UsageError } from "../usage-error.js";
import { writeJson } from "./export/write-json.js";
import { PLOT_KINDS, type PlotKind } from "./plot/plot-kinds.js";
import { printArray } from "./print/print-array.js";
import { statisticsText } from "./stats/statistics-text.js";

export interface ShowFlags {
  readonly select?: string;
  readonly field?: string;
  readonly all?: true;
  readonly stats?: true;
  readonly plot?: true | string;
  readonly csv?: true;
  readonly npy?: true;
  readonly json?: true;
  readonly width?: string;
  readonly height?: string;
  readonly output?: string;
  readonly overwrite?: true;
}

/** numpy's own. */
const DEFAULT_WIDTH = 75;

/** Forms of the output; `--json` is one of its own, and the form of `--stats`. */
function formOf(flags: ShowFlags): "text" | "stats" | "plot" | "csv" | "npy" | "json" {
  const given = (["stats", "plot", "csv", "npy", "json", "all"] as const).filter(
    (form) => flags[form] !== undefined,
  );
  const forms = flags.stats && flags.json ? given.filter((form) => form !== "json") : given;
  if (forms.length > 1)
    throw new UsageError(
      `${forms.map((form) => `--${form}`).join(" and ")} exclude each other; choose one (--stats may have --json)`,
    );
  const [form = "text"] = forms;
  return form === "all" ? "text" : form;
}

export async function show(context: Context, path: string, name: string, flags: ShowFlags): Promise<void> {
  const form = formOf(flags);
  const { signal, stdout } = context.terminal;
  const width =
    flags.width === undefined
      ? (stdout.columns ?? DEFAULT_WIDTH)
      : numberOption("--width", flags.width, { min: 10, max: 10_000, whole: true });
  const kind = plotKind(flags.plot);
  if (flags.height !== undefined && form !== "plot")
    throw new UsageError("--height is of a --plot, which is not given");
  if (flags.width !== undefined && form !== "plot" && form !== "text")
    throw new UsageError(`--width is of lines of text, and of a --plot, not of --${form}`);
  if (flags.overwrite && flags.output === undefined)
    throw new UsageError("--overwrite belongs to --output FILE, which is not given");
  if (form === "npy" && flags.output === undefined && stdout.isTerminal)
    throw new UsageError("--npy writes bytes, which no terminal shows; give --output FILE, or a pipe");

  await withStorage(context, path, async (manager) => {
    const view = await openDataset(manager, name, { select: flags.select, field: flags.field, signal });
    const fill = (write: WritePart): Promise<void> =>
      withProgress(context.terminal, `reading ${name.split("/").at(-1) ?? ""}`, async (onProgress) => {
        const watched = view.watched(onProgress);
        switch (form) {
          case "npy":
            return writeNpy(write, view, { signal, onProgress });
          case "csv":
            return writeCsv(watched, write);
          case "json":
            return writeJson(watched, write);
          case "stats":
            return write(await statisticsText(watched, flags.json === true));
          case "plot": {
            const height =
              flags.height === undefined
                ? undefined
                : numberOption("--height", flags.height, { min: 3, max: 1000, whole: true });
            const { showPlot } = await import("./plot/show-plot.js");
            return showPlot(context, manager, name, watched, { kind, width, height }, write);
          }
          default:
            return printArray(watched, { width, all: flags.all === true }, write);
        }
      });
    if (flags.output !== undefined) await writeNewFile(context, flags.output, flags, fill);
    else await fill((part) => stdout.write(part));
  });
}

function plotKind(given: true | string | undefined): PlotKind {
  if (given === undefined || given === true) return "auto";
  const kind = PLOT_KINDS.find((each) => each === given);
  if (kind === undefined)
    throw new UsageError(`--plot must be ${PLOT_KINDS.join(", ")}, not ${JSON.stringify(given)}`);
  return kind;
}
