import {
  type Metadata,
  type NDArray,
  resolveSelection,
  type StorageManager,
  selectElements,
  slice,
} from "@tvb-storage/core";
import { isTVBException, MissingDataSetException } from "@tvb-storage/errors";
import type { Plane } from "./plane.js";

/** What an axis of a plot is called, and what its indices mean. */
export interface AxisLabels {
  /** `time (ms)`, `region`; of an axis that nothing is known of, `axis 0`. */
  readonly title: string;
  readonly isTime: boolean;
  /** The value at an index of the plane. */
  value(index: number): number;
  /** Names of the indices, where the file has them. */
  readonly names?: readonly string[];
}

export interface PlotLabels {
  /** In the order of the plane's axes. */
  readonly axes: readonly AxisLabels[];
  /** What the values are: `voltage (mV)`. */
  readonly values: string;
}

/**
 * Labels from the file's metadata: the names of a TVB time series' axes (`labels_ordering`), its `sample_period`,
 * `sample_period_unit` and `start_time` (of the file for its dataset `data`, or of any dataset), the dataset `region_labels` for an axis of its length, and a dataset's own
 * `long_name`, `title`, `units` or `unit`.
 */
export async function plotLabels(manager: StorageManager, name: string, plane: Plane): Promise<PlotLabels> {
  const root = await metadataOf(manager, "/");
  const own = await metadataOf(manager, name);
  const whole = await manager.getDataShape(name);
  const ordering = textList(root["labels_ordering"] ?? own["labels_ordering"]);
  // What the file says of its series is not about every dataset in it.
  const isSeries = ordering.length === whole.length || /(^|\/)data$/.test(name);
  const period = Number(own["sample_period"] ?? (isSeries ? root["sample_period"] : undefined) ?? Number.NaN);
  const start = Number(own["start_time"] ?? root["start_time"] ?? 0);
  const periodUnit = textOf(own["sample_period_unit"] ?? root["sample_period_unit"]);
  const regions = await textDataset(manager, "region_labels");

  const axes = plane.axes.map(({ axis, start: first, step }): AxisLabels => {
    const called = ordering.length === whole.length ? ordering[axis] : undefined;
    const isTime = Number.isFinite(period) && (called === undefined ? axis === 0 : /^time$/i.test(called));
    const index = (at: number) => first + at * step;
    if (isTime)
      return { title: withUnit("time", periodUnit), isTime, value: (at) => start + index(at) * period };
    const length =
      plane.view.shape.length === 0 ? 1 : plane.lengths[plane.axes.findIndex((each) => each.axis === axis)];
    const names = regions?.data.length === whole[axis] ? regions : undefined;
    return {
      title: called?.toLowerCase() ?? (names === undefined ? `axis ${axis}` : "region"),
      isTime,
      value: index,
      ...(names === undefined ? {} : { names: selected(names, first, step, length ?? 1) }),
    };
  });
  const called = textOf(own["long_name"] ?? own["title"]) || (name.split("/").at(-1) ?? name);
  const unit = textOf(own["units"] ?? own["unit"]);
  const isComplex = plane.view.dtype.startsWith("complex");
  return { axes, values: withUnit(isComplex ? `|${called}|` : called, unit) };
}

function selected(names: NDArray<"string">, first: number, step: number, count: number): readonly string[] {
  const range = resolveSelection([slice(first, first + count * step, step)], names.shape);
  return selectElements(names, range).data;
}

function withUnit(name: string, unit: string): string {
  return unit === "" ? name : `${name} (${unit})`;
}

async function metadataOf(manager: StorageManager, node: string): Promise<Metadata> {
  return manager.getMetadata(node, { skipUnreadable: true });
}

async function textDataset(manager: StorageManager, name: string): Promise<NDArray<"string"> | undefined> {
  try {
    const found = await manager.getData(name, { closeFile: false });
    return found.dtype === "string" && found.shape.length === 1 ? found : undefined;
  } catch (error) {
    // Most files have none; one that cannot be read is no reason to refuse another dataset.
    if (error instanceof MissingDataSetException || isTVBException(error)) return undefined;
    throw error;
  }
}

function textOf(value: Metadata[string] | undefined): string {
  return typeof value === "string" ? value : "";
}

/** TVB keeps lists of texts as JSON. */
function textList(value: Metadata[string] | undefined): readonly string[] {
  if (typeof value === "object" && "dtype" in value && value.dtype === "string") return value.data;
  try {
    const list: unknown = JSON.parse(textOf(value));
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return []; // another kind of text
  }
}

/** The axis of the plane that lies horizontally: time, or else the longer one. */
export function horizontalAxis(plane: Plane, labels: PlotLabels): 0 | 1 {
  const [first = 1, second = 0] = plane.lengths;
  if (labels.axes[0]?.isTime) return 0;
  if (labels.axes[1]?.isTime) return 1;
  return first >= second ? 0 : 1;
}
