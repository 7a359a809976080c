import { promises } from "node:fs";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { FileStorageException } from "@tvb-storage/errors";
import { FONT_FAMILY, fontBytes } from "../font.js";

let started: Promise<void> | undefined;

/** It refuses to be started a second time, which a program that draws two pictures would do. */
function startResvg(): Promise<void> {
  started ??= (async () => {
    const wasm = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
    await initWasm(await promises.readFile(wasm));
  })();
  return started;
}

/** An SVG text as the bytes of a PNG file of the same width. */
export async function renderPng(svg: string, width: number): Promise<Uint8Array> {
  const font = await fontBytes();
  try {
    await startResvg();
    const resvg = new Resvg(svg, {
      fitTo: { mode: "width", value: width },
      font: { fontBuffers: [font], defaultFontFamily: FONT_FAMILY, sansSerifFamily: FONT_FAMILY },
    });
    const rendered = resvg.render();
    const png = rendered.asPng();
    rendered.free();
    resvg.free();
    return png;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FileStorageException(`the picture could not be drawn: ${reason}`, { cause: error });
  }
}
