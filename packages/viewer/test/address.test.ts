import fc from "fast-check";
import { expect, it } from "vitest";
import { openedBy, readAddress, writeAddress } from "../src/shell/address.js";

it("is the file, node and view, then what the view keeps", () => {
  expect(
    writeAddress({ file: "Epilepsy/1/a b.h5", node: "/w", view: "matrix", params: { scale: "log" } }, [
      "http://127.0.0.1/x.h5?a=1&b=2",
    ]),
  ).toBe(
    "#open=http%3A%2F%2F127.0.0.1%2Fx.h5%3Fa%3D1%26b%3D2&file=Epilepsy%2F1%2Fa+b.h5&node=%2Fw&view=matrix&scale=log",
  );
  expect(writeAddress({ params: {} }, [])).toBe("");
  expect(writeAddress({ project: "", params: {} }, [])).toBe("#project=");
});

it("is read as people write it", () => {
  expect(readAddress("#file=1/Connectivity.h5&view=connectivity&threshold=0.5")).toEqual({
    file: "1/Connectivity.h5",
    view: "connectivity",
    params: { threshold: "0.5" },
  });
  expect(readAddress("")).toEqual({ params: {} });
  expect(openedBy("#open=a&open=b&open=a&file=c")).toEqual(["a", "b"]);
});

it("lets a view use the page's own names", () => {
  const params = { file: "1", node: "2", view: "3", open: "4", source: "5", project: "6", "~file": "7" };
  const address = writeAddress({ file: "x.h5", params }, []);
  expect(readAddress(address)).toEqual({ file: "x.h5", params });
  expect(openedBy(address)).toEqual([]);
});

const oddText = fc.oneof(
  fc.constantFrom(
    "#",
    "&",
    "=",
    "+",
    "%",
    "%23",
    "~",
    "__proto__",
    "constructor",
    "Gehörn 脳/1",
    " ",
    "<img src=x>",
  ),
  fc.string({ unit: "grapheme" }),
);

it("gives back whatever was in it", () => {
  fc.assert(
    fc.property(
      fc.record(
        { file: oddText, node: oddText, view: oddText, project: oddText, source: oddText },
        { requiredKeys: [] },
      ),
      fc.array(fc.tuple(fc.oneof(oddText, fc.constantFrom("file", "open", "~view", "~~node")), oddText)),
      fc.uniqueArray(oddText),
      (place, entries, opened) => {
        const params = Object.fromEntries(entries);
        const address = writeAddress({ ...place, params }, opened);
        const read = readAddress(address);
        expect(read).toEqual({ ...place, params });
        expect(Object.getPrototypeOf(read.params)).toBe(Object.prototype);
        expect(openedBy(address)).toEqual(opened);
      },
    ),
    { seed: 18 },
  );
});
