import { type Selection, slice } from "@tvb-storage/core/arrays";

/** h5web's selections, such as `3,:,0:10`, as ours; everything where there is none. */
export function parseSelection(text: string | undefined): Selection {
  if (text === undefined || text === "") return [];
  return text.split(",").map((entry) => {
    const [start = "", stop] = entry.split(":");
    if (stop === undefined) return Number(start);
    if (start === "" && stop === "") return null;
    return slice(start === "" ? null : Number(start), stop === "" ? null : Number(stop));
  });
}
