import { promises } from "node:fs";
import { fileException } from "@tvb-storage/files";

/** The one font of pictures, so that they are the same on every machine. It has Arial's widths. */
export const FONT_FAMILY = "Arimo";

export async function fontBytes(): Promise<Uint8Array> {
  // From src as from dist, where everything is bundled into one folder.
  const path = new URL("../fonts/Arimo-Regular.ttf", import.meta.url);
  try {
    return await promises.readFile(path);
  } catch (error) {
    throw fileException(
      error,
      `cannot read the font of @tvb-storage/cli (${path.pathname}); install it again`,
    );
  }
}
