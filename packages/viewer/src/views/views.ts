import type { View } from "./view.js";

/** In the order of their tabs. */
export const VIEWS: readonly View[] = [
  {
    id: "contents",
    title: "Contents",
    shows: () => true,
    load: () => import("./contents/ContentsView.js"),
  },
];
