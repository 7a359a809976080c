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
    const svg = withNamesFromZero(chart.renderToSVGString());
    // Cells fill their place, whatever shape it has. A text with these characters has them escaped.
    return `${svg.replaceAll("<image ", '<image preserveAspectRatio="none" ')}\n`;
  } finally {
    chart.dispose();
  }
}

/** ECharts numbers classes and clip paths through all charts of a process; the same picture has the same bytes. */
function withNamesFromZero(svg: string): string {
  const names = new Map<string, string>();
  return svg.replace(/(?<=class="|id="|url\(#|^\.)zr\d+-[a-z]+-?\d+/gm, (name) => {
    if (!names.has(name)) names.set(name, `n${names.size}`);
    return names.get(name) ?? name;
  });
}
