import { isTVBException } from "@tvb-storage/errors";
import { expect } from "vitest";
import { removeAttribute } from "../../src/edits/remove-attribute.js";
import { removeLink } from "../../src/edits/remove-link.js";
import { shrinkEnd } from "../../src/edits/shrink-end.js";
import { readAttributes } from "../../src/elements/read-attributes.js";
import { Hdf5Structure } from "../../src/objects/hdf5-structure.js";
import { walkStructure } from "../../src/verify/walk-structure.js";
import { MemoryPort } from "./memory-port.js";

/** Runs `work`; any exception but ours fails the test. Returns whether it ended well. */
function allow(what: string, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (isTVBException(error, "FILE_STORAGE") || isTVBException(error, "FILE_STRUCTURE")) return false;
    throw new Error(`${what} threw what is not ours`, { cause: error });
  }
}

/** Reads, checks and edits everything in a damaged file: nothing may escape but our exceptions, and soon. */
export function useDamaged(bytes: Uint8Array, what: string, longestMs: number): void {
  const started = performance.now();
  const fresh = () => new MemoryPort(bytes.slice());
  allow(`${what}: checking`, () => {
    for (const _ of walkStructure(fresh())) {
      // Problems are what is expected.
    }
  });
  allow(`${what}: reading`, () => readAll(new Hdf5Structure(fresh()), what));
  for (const name of ["a", "again", "dense", "gzip", "grow", "grow2", "soft", "of_named"]) {
    const port = fresh();
    allow(`${what}: removing ${name}`, () => {
      const freed = removeLink(port, new Hdf5Structure(port).root, name)?.freed ?? [];
      shrinkEnd(port, freed);
    });
    expect(port.size, "the file does not grow").toBeLessThanOrEqual(bytes.length);
  }
  const port = fresh();
  for (const name of ["c0", "c17", "c39"]) {
    allow(`${what}: removing ${name}`, () => {
      const group = new Hdf5Structure(port).resolve("/dense");
      if (group !== undefined) removeLink(port, group.address, name);
    });
  }
  for (const name of ["a0", "a25", "long"]) {
    allow(`${what}: removing attribute ${name}`, () => {
      const group = new Hdf5Structure(port).resolve("/dense");
      if (group !== undefined) removeAttribute(port, group.address, name);
    });
  }
  expect(port.size, "the file does not grow").toBeLessThanOrEqual(bytes.length);
  expect(performance.now() - started, `${what}: milliseconds`).toBeLessThan(longestMs);
}

function readAll(structure: Hdf5Structure, what: string): void {
  const seen = new Set<number>();
  const waiting = [structure.root];
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    const at = address;
    if (seen.has(at)) continue;
    seen.add(at);
    allow(`${what}: object ${at}`, () => {
      const info = structure.object(at);
      if (info.kind === "dataset") structure.storedBytes(info);
      if (info.kind !== "group") return;
      for (const link of structure.links(at)) {
        if (link.kind === "hard") waiting.push(link.address);
        structure.link(at, link.name);
      }
    });
    allow(`${what}: attributes of ${at}`, () => {
      readAttributes(structure.file, structure.header(at));
    });
  }
  for (const path of ["/soft", "/dense/c3", "/a/b", "/external/x"]) {
    allow(`${what}: resolving ${path}`, () => {
      structure.trace(path);
    });
  }
}
