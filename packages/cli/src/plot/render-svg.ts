import { CustomChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

/** A chart as the text of an SVG file, in a background of white. */
export function renderSvg(option: EChartsCoreOption, width: number, height: number): string {
  use([LineChart, CustomChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ ...option, animation: false, backgroundColor: "#ffffff" });
    // Cells fill their place, whatever shape it has. A text with these characters has them escaped.
    return `${chart.renderToSVGString().replaceAll("<image ", '<image preserveAspectRatio="none" ')}\n`;
  } finally {
    chart.dispose();
  }
}
