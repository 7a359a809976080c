import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { ZarrStorageManager } from "@tvb-storage/zarr-backend";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromium, describeWith } from "../../../test/support/judges.js";
import { temporaryFolder } from "../../../test/support/temporary-folder.js";
import { startViewServer, type ViewServer } from "../../cli/src/view/start-view-server.js";
import { serverSource } from "../src/sources/server-source.js";
import { useViewer } from "./support/viewer.js";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));
const zarrFixture = fileURLToPath(
  new URL("../../zarr-backend/test/fixtures/zarr-python/hierarchy.zarr", import.meta.url),
);
const dist = fileURLToPath(new URL("../dist", import.meta.url));
const program = fileURLToPath(new URL("../../cli/dist/main.js", import.meta.url));

const folder = temporaryFolder("served");
const servers: ViewServer[] = [];

async function serve(path: string): Promise<ViewServer> {
  const server = await startViewServer({ page: dist, root: folder(path) });
  servers.push(server);
  return server;
}

beforeAll(async () => {
  mkdirSync(folder("Study/1"), { recursive: true });
  copyFileSync(fixture("h5py/numbers.h5"), folder("Study/1/numbers.h5"));
  // Its name does not tell, and is none of an address as it is.
  copyFileSync(fixture("h5py/small-latest.h5"), folder("Study/1/100% #1?.dat"));
  copyFileSync(fixture("foreign/weather.nc"), folder("Study/weather.nc"));
  writeFileSync(folder("Study/README.md"), "nothing to see");
  writeFileSync(folder("Study/Project.xml"), "<project/>");
  writeFileSync(folder("Study/other.xml"), "<other/>");
  writeFileSync(folder("secret.h5"), "secret");
  symlinkSync("../secret.h5", folder("Study/link.h5"));
  cpSync(zarrFixture, folder("Study/hierarchy.zarr"), { recursive: true });
  const zarr = new ZarrStorageManager(folder("Study/made.zarr"));
  await zarr.storeData(new Float32Array([1, 2, 3]), "rows/first");
  copyFileSync(fixture("exports/project.zip"), folder("Study/project.zip"));
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** Everything beneath the folder with what shows a change. */
function state(): unknown {
  const names = readdirSync(folder(), { recursive: true, encoding: "utf8" }).sort();
  return names.map((name) => {
    const { mtimeMs, ctimeMs, size, ino, mode } = statSync(folder(name));
    return { name, mtimeMs, ctimeMs, size, ino, mode };
  });
}

describeWith(chromium)("the page of tvb-storage view", () => {
  const viewer = useViewer();
  const shows = (address: string, file: string) =>
    viewer.openAt(`${address}#${new URLSearchParams({ file, view: "contents" })}`);
  const lists = (page: Page, node: string | RegExp): Promise<void> =>
    page.getByRole("row", { name: node }).first().waitFor();

  it("shows a folder, as the program serves it, and changes nothing in it", async () => {
    const before = state();
    const running = spawn(process.execPath, [program, "view", "--json", folder("Study")], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      const [line] = (await once(running.stdout, "data")) as [Buffer];
      const { address } = JSON.parse(line.toString()) as { address: string };
      for (const [file, node] of [
        ["Study/1/100% #1?.dat", /float64/],
        ["Study/hierarchy.zarr", /float64/],
        ["Study/made.zarr", "/rows/first float32"],
        ["Study/weather.nc", /\/temperature int16 2 × 3 × 4/],
      ] as const) {
        const { page, requests } = await shows(address, file);
        await lists(page, node);
        expect(requests.filter((url) => !url.startsWith(address))).toEqual([]);
        expect(await page.getByText("link.h5: it is a symbolic link").count()).toBe(1);
        await page.close();
      }
    } finally {
      running.kill("SIGINT");
      expect(await once(running, "close")).toEqual([0, null]);
    }
    expect(state()).toEqual(before);
  });

  it.each([
    ["a file", "Study/1/numbers.h5", "numbers.h5", /float64/],
    ["a hierarchy", "Study/made.zarr", "made.zarr", "/rows/first float32"],
  ])("shows %s that is given alone", async (_what, path, file, node) => {
    const { address } = await serve(path);
    const { page } = await shows(address, file);
    await lists(page, node);
  });

  it("shows what is in an archive that is given alone", async () => {
    const { address } = await serve("Study/project.zip");
    const { page } = await shows(address, "1/Connectivity_0c0de000000000000000000000000001.h5");
    await lists(page, /weights/);
  });
});

describe("the source of a server", () => {
  const source = async ({ address }: ViewServer) => serverSource(new URL("files.json", address));

  it("has what the page can open, with where a program finds it", async () => {
    const { name, kind, files, problems, archives, leftOut } = await source(await serve("Study"));
    expect([name, kind]).toEqual(["Study", "server"]);
    expect(files.map((file) => file.path)).toEqual([
      "Study/1/100% #1?.dat",
      "Study/1/numbers.h5",
      "Study/Project.xml",
      "Study/hierarchy.zarr",
      "Study/made.zarr",
      "Study/weather.nc",
    ]);
    const numbers = files[1];
    expect(numbers?.location).toBe(folder("Study/1/numbers.h5"));
    expect(numbers?.size).toBe(statSync(folder("Study/1/numbers.h5")).size);
    expect(numbers?.modified?.getTime()).toBe(Math.floor(statSync(folder("Study/1/numbers.h5")).mtimeMs));
    expect(leftOut).toEqual(["Study/other.xml"]);
    expect(problems).toEqual([
      {
        path: "Study/link.h5",
        reason: "it is a symbolic link, which is not followed; show what it points to",
      },
    ]);
    expect(archives?.map(({ path }) => path)).toEqual(["Study/project.zip"]);
    const inner = await archives?.[0]?.open();
    expect(inner?.name).toBe("project.zip");
    // The page's address names it, so that it opens it again.
    expect(inner?.address).toMatch(/^http:.*\/files\/project\.zip$/);
    expect(inner?.files.map(({ path }) => path)).toContain(
      "1/Connectivity_0c0de000000000000000000000000001.h5",
    );
    const document = files.find((file) => file.isDocument === true);
    expect(Buffer.from((await document?.bytes(100)) ?? []).toString()).toBe("<project/>");
    await expect(document?.bytes(5)).rejects.toThrow("Study/Project.xml has 10 bytes; at most 5 are read");
  });

  it("reads nothing of a file before it is asked to, and then a part", async () => {
    const { files } = await source(await serve("Study"));
    expect(files.map((file) => file.reads?.bytes)).toEqual(files.map(() => 0));
    const weather = files.find((file) => file.path.endsWith(".nc"));
    const data = await weather?.data();
    const array = await data?.read("/temperature");
    expect(array?.shape).toEqual([2, 3, 4]);
    expect(weather?.reads?.bytes).toBeGreaterThan(0);
  });

  it("opens a hierarchy without consolidated metadata", async () => {
    const { files } = await source(await serve("Study/hierarchy.zarr"));
    const nodes = await (await files[0]?.data())?.list();
    expect(nodes?.length).toBeGreaterThan(1);
  });

  it("says that a file was changed while it was read", async () => {
    copyFileSync(fixture("h5py/numbers.h5"), folder("changing.h5"));
    const { files } = await source(await serve("changing.h5"));
    const all = () => files[0]?.bytes(1e6);
    expect(await all()).toHaveLength(statSync(folder("changing.h5")).size);
    appendFileSync(folder("changing.h5"), "more");
    await expect(all()).rejects.toThrow("it was changed while it was read; open it again");
    rmSync(folder("changing.h5"));
    await expect(all()).rejects.toThrow(/answers 404/);
  });

  it("says that the server is gone, or what it shows", async () => {
    mkdirSync(folder("gone"));
    const server = await serve("gone");
    rmSync(folder("gone"), { recursive: true });
    await expect(source(server)).rejects.toThrow(
      /the server of this page does not list its files: cannot list .*gone: no such file or folder/,
    );
    await server.close();
    await expect(source(server)).rejects.toThrow(
      /the server of this page does not list its files: it cannot be reached \(.*\); start tvb-storage view once more/,
    );
  });
});
