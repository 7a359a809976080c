// Puts the files of this example into docs/writing-a-backend.md: each block of code
// behind a comment with a file's name becomes that file.
import { readFileSync, writeFileSync } from "node:fs";

const guide = new URL("../../docs/writing-a-backend.md", import.meta.url);
const text = readFileSync(guide, "utf8");
const filled = text.replace(/(<!-- (\S+) -->\n```ts\n)[\s\S]*?(?=```)/g, (_, head, name) => {
  return head + readFileSync(new URL(name, import.meta.url), "utf8");
});
writeFileSync(guide, filled);
