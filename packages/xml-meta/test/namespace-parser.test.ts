import { describe, expect, test } from "vitest";
import { XMLReader } from "../src/index.js";
import { NamespaceParser } from "../src/namespace-parser.js";

const DEPTH = { limits: { depth: Number.POSITIVE_INFINITY } };
const levels = 20_000;
const nested = (open: string, close: string) => `<r>${open.repeat(levels)}${close.repeat(levels)}</r>`;

/** How often the namespaces of ancestors are looked up. */
function lookedAt(document: string): number {
  const parser = new NamespaceParser();
  let reads = 0;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    tag.ns = new Proxy(tag.ns, {
      get: (ns, prefix) => {
        reads += 1;
        return Reflect.get(ns, prefix) as unknown;
      },
    });
    parser.enter(tag);
  });
  parser.on("closetag", (tag) => parser.leave(tag));
  parser.write(document).close();
  return reads;
}

describe("namespaces", () => {
  test.each([
    ["no namespace", "<a>", "</a>"],
    ["a default namespace for each", '<a xmlns="urn:a">', "</a>"],
    ["a prefix for each", '<p:a xmlns:p="urn:p">', "</p:a>"],
    ["the prefix xml", '<a xml:lang="en">', "</a>"],
  ])("%s: no element searches its ancestors, however deep it is", (_name, open, close) => {
    expect(lookedAt(nested(open, close))).toBeLessThanOrEqual(4 * levels);
    expect(XMLReader.parse(nested(open, close), DEPTH)).toBeTypeOf("object");
  });

  test.each([
    [
      "a prefix is bound in the element that declares it and its descendants",
      '<r><a xmlns:p="u"><p:b><p:c/></p:b></a></r>',
    ],
    ["an element can use a prefix that it declares", '<p:r xmlns:p="u" p:x="1"/>'],
    [
      "an inner declaration hides the outer one",
      '<r xmlns:p="u"><a xmlns:p="v" xmlns:q="u" p:x="" q:x=""/></r>',
    ],
    [
      "the outer declaration is valid again after the inner element",
      '<r xmlns:p="u" xmlns:q="v"><a xmlns:p="v"/><b p:x="" q:x=""/></r>',
    ],
    ["xml needs no declaration", '<r xml:lang="en"/>'],
    ["a default namespace does not apply to attributes", '<r xmlns="u" xmlns:p="u" x="" p:x=""/>'],
  ])("%s", (_name, document) => {
    expect(XMLReader.parse(document)).toBeTypeOf("object");
  });

  test.each([
    ["a prefix that nothing declares", "<r><p:a/></r>", /unbound namespace prefix: "p"/],
    [
      "a prefix after the element that declared it",
      '<r><a xmlns:p="u"/><p:b/></r>',
      /unbound namespace prefix: "p"/,
    ],
    ["a prefix of an attribute", '<r p:x=""/>', /unbound namespace prefix: "p"/],
    [
      "a name of every object's members",
      "<r><constructor:a/></r>",
      /unbound namespace prefix: "constructor"/,
    ],
    ["two attributes of one name", '<r xmlns:p="u" xmlns:q="u" p:x="" q:x=""/>', /duplicate attribute/],
    [
      "two attributes of one name by an inner declaration",
      '<r xmlns:p="u" xmlns:q="v"><a xmlns:q="u" p:x="" q:x=""/></r>',
      /duplicate attribute/,
    ],
    ["xmlns as the prefix of an element", "<xmlns:r/>", /may not have "xmlns" as prefix/],
  ])("refused is %s", (_name, document, message) => {
    expect(() => XMLReader.parse(document)).toThrow(message);
  });
});
