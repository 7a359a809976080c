import { DATA_TYPES } from "@tvb-storage/core";

/** What `set --type` takes: kinds as TVB stores them, and types of elements. */
export const VALUE_TYPES: readonly string[] = [
  ...["int", "float", "bool", "text", "date", "json"],
  ...DATA_TYPES.filter((type) => type !== "bool" && type !== "string"),
];
