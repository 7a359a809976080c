// The sources that variants edit.

export const helper = "fs-helper/src/files-helper.ts";
export const copy = "fs-helper/src/copy-file.ts";
export const move = "fs-helper/src/move-path.ts";
export const names = "fs-helper/src/safe-name.ts";
export const paths = "fs-helper/src/project-paths.ts";
export const removal = "fs-helper/src/remove-paths.ts";
export const usage = "fs-helper/src/disk-usage.ts";
export const figures = "fs-helper/src/figure-files.ts";
export const atomic = "files/src/atomic-replace.ts";
export const copyTree = "files/src/copy-tree.ts";
export const removeTree = "files/src/remove-tree.ts";
export const progress = "files/src/report-progress.ts";
export const writer = "xml-meta/src/xml-writer.ts";
