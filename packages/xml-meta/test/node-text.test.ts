import { FileStructureException } from "@tvb-storage/errors";
import { XMLParser } from "fast-xml-parser";
import { expect, test } from "vitest";
import { XMLReader } from "../src/index.js";

const { getNodeText } = XMLReader;

test("a text is trimmed", () => {
  expect(getNodeText("\n\t a b \n")).toBe("a b");
});

test("of a DOM element, text and CDATA are joined; comments and elements are left out", () => {
  const element = {
    nodeType: 1,
    childNodes: [
      { nodeType: 3, nodeValue: "\n one " },
      { nodeType: 8, nodeValue: "comment" },
      { nodeType: 4, nodeValue: "<two>" },
      { nodeType: 1, childNodes: [{ nodeType: 3, nodeValue: "inner" }] },
    ],
  };
  expect(getNodeText(element)).toBe("one <two>");
});

test("of fast-xml-parser's children, text and CDATA are joined", () => {
  const parser = new XMLParser({ preserveOrder: true, cdataPropName: "#cdata", trimValues: false });
  const [root] = parser.parse("<r> one <![CDATA[<two>]]><a>x</a></r>") as [{ r: unknown }]; // typed `any` there
  expect(getNodeText(root.r)).toBe("one <two>");
});

test("an element without text gives an empty text", () => {
  expect(getNodeText([])).toBe("");
  expect(getNodeText({ nodeType: 1, childNodes: [] })).toBe("");
});

test("anything else is refused", () => {
  for (const wrong of [null, undefined, 5, {}, { a: 1 }])
    expect(() => getNodeText(wrong)).toThrow(FileStructureException);
});
