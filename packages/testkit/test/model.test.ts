import type { StorageBackend, StorageManager } from "@tvb-storage/core";
import { expect, it } from "vitest";
import { checkAgainstModel, createMemoryFs, type ModelCheckOptions, memoryBackend } from "../src/index.js";

function pathOf(name: string, where = "/"): string {
  return `/${`${where}/${name}`
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
}

/** A memory backend whose managers are changed by `spoil`. */
function spoilt(spoil: (m: StorageManager) => Partial<StorageManager>): {
  inFile: ModelCheckOptions["inFile"];
  supports: StorageBackend["supports"];
} {
  return {
    inFile: (work) => {
      const fs = createMemoryFs();
      return work({
        open: (options) => {
          const m = memoryBackend.open("/a.mem", { ...options, fs });
          return Object.assign(m, spoil(m));
        },
      });
    },
    supports: memoryBackend.supports,
  };
}

it("the memory backend does what the model does, in three hundred sequences", async () => {
  await checkAgainstModel({ ...spoilt(() => ({})), runs: 300 });
});

it("a difference is reported as the shortest sequence of calls, as code to paste", async () => {
  const forgetful = spoilt((m) => {
    const remove = m.removeData.bind(m);
    // Leaves groups where they are.
    return {
      removeData: async (name, options) => {
        const { kind } =
          (await m.listNodes()).find(({ path }) => path === pathOf(name, options?.where)) ?? {};
        if (kind !== "group") await remove(name, options);
      },
    };
  });
  const failure = await checkAgainstModel({ ...forgetful, runs: 500 }).then(
    () => undefined,
    (error: Error) => error,
  );
  const lines = failure?.message.split("\n") ?? [];
  expect(lines[0]).toMatch(/^the backend differs from the model \(seed 20240227\)/);
  const code = lines.filter((line) => /^await m\d\./.test(line));
  expect(code.length).toBeLessThanOrEqual(4);
  expect(code.some((line) => /^await m1\.removeData\(/.test(line))).toBe(true);
  expect(code.at(-1)).toMatch(/\/\/ expected .*, found /);
});

it("a manager that loses buffered rows is found", async () => {
  const lossy = spoilt((m) => {
    const append = m.appendData.bind(m);
    let calls = 0;
    return {
      appendData: async (data, name, options) => {
        calls += 1;
        if (options?.closeFile === false && calls > 2) return;
        await append(data, name, options);
      },
    };
  });
  await expect(checkAgainstModel({ ...lossy, runs: 500 })).rejects.toThrow(".appendData");
});
