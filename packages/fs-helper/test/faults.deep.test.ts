import { createMemoryFs, enumerateFaults } from "@tvb-storage/testkit";
import { describe, expect, test } from "vitest";
import { allowedTrees, check, filesOf, helperOn, operations, treeOf } from "./multi-step-operations.js";

describe.each(Object.entries(operations))("%s", (_name, operation) => {
  test.each(["EACCES", "ENOSPC", "EPERM", "ENOENT"])(
    "refused each call with %s leaves the old state or the new",
    async (errno) => {
      await enumerateFaults({
        fs: () => createMemoryFs(operation.files),
        plan: { action: "fail", calls: "any", errno },
        run: (faulty) => operation.run(helperOn(faulty, operation)),
        check: (left, _notes, point) => check(operation, left, point),
      });
    },
  );

  test("with the power cut in each call, leaves the old state or the new", async () => {
    await enumerateFaults({
      files: operation.files,
      powerLoss: ["synced", "all", ...Array.from({ length: 20 }, (_, seed) => ({ seed }))],
      run: (faulty) => operation.run(helperOn(faulty, operation)),
      check: (left, _notes, point) => {
        const files = filesOf(treeOf(left).visible);
        expect(allowedTrees(operation), JSON.stringify(point.survival)).toContainEqual(files);
      },
    });
  });
});
