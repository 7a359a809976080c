import { shapeText } from "@tvb-storage/core";
import type { ElementStream } from "@tvb-storage/core/internal";
import { jsonText } from "../../terminal/json-text.js";
import { scalarFloatText } from "../print/float-digits.js";
import { type StatisticsValue, statisticsOf } from "./statistics.js";

/** What is known of a dataset's values: a line for each, or one JSON object. */
export async function statisticsText(stream: ElementStream, asJson: boolean): Promise<string> {
  const { dtype, shape } = stream;
  const statistics = statisticsOf(dtype);
  for await (const block of stream.blocks()) statistics.add(block);
  const result = statistics.result();
  if (asJson) return `${jsonText({ dtype, shape, ...result })}\n`;
  // The least and the greatest are elements, and have the digits of one; a mean is float64.
  const isElement = (name: string) => dtype === "float32" && (name === "min" || name === "max");
  const lines = [
    ["dtype", dtype],
    ["shape", shapeText(shape)],
    ...Object.entries(result).map(([name, value]) => [name, valueText(value, isElement(name))]),
  ];
  const width = Math.max(...lines.map(([name = ""]) => name.length));
  return lines.map(([name = "", text]) => `${name.padEnd(width)}  ${text}\n`).join("");
}

function valueText(value: StatisticsValue, single: boolean): string {
  if (value === null) return "-";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return scalarFloatText(value, single, "");
  const [real, imaginary] = value;
  const sign = imaginary < 0 || Object.is(imaginary, -0) ? "" : "+";
  return `${numberText(real)}${sign}${numberText(imaginary)}j`;
}

function numberText(value: number): string {
  return scalarFloatText(value, false, "");
}
