export const PLOT_KINDS = ["auto", "line", "histogram", "heatmap"] as const;
export type PlotKind = (typeof PLOT_KINDS)[number];
