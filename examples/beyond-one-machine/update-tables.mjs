// Puts the tables of the cost model into docs/beyond-one-machine.md, between the comments with their names.
import { readFileSync, writeFileSync } from "node:fs";
import { documentedTables } from "./dist/cost-model/documented.js";

const page = new URL("../../docs/beyond-one-machine.md", import.meta.url);
const tables = documentedTables();
const filled = readFileSync(page, "utf8").replace(
  /(<!-- begin (.+?) -->\n)[\s\S]*?(?=<!-- end \2 -->)/g,
  (_, head, name) => `${head}\n${tables.get(name)}\n\n`,
);
writeFileSync(page, filled);
