import { FileStructureException } from "@tvb-storage/errors";
import { quoted } from "@tvb-storage/files";
import { foldCase } from "@tvb-storage/files/internal";
import { XMLWriter } from "@tvb-storage/xml-meta";
import { checkName } from "./safe-name.js";

/** The names of a figure's two files. */
export interface FigureFiles {
  readonly image: string;
  readonly metadata: string;
}

/**
 * The metadata of an image is in the file with the part of its name before the
 * first dot, as in the Python original: `fig.v2.png` and `fig.v3.png` share `fig.xml`.
 *
 * @throws FileStructureException no name, or one whose image and metadata would be one file.
 */
export function figureFiles(filePath: string): FigureFiles {
  const image = checkName(filePath, "file name of the figure");
  const [stem = ""] = image.split(".");
  if (stem === "")
    throw new FileStructureException(
      `${quoted(image)} cannot be the file name of the figure: nothing is before its first dot`,
    );
  const metadata = checkName(`${stem}${XMLWriter.FILE_EXTENSION}`, "file name of the figure's metadata");
  if (foldCase(metadata) === foldCase(image))
    throw new FileStructureException(
      `${quoted(image)} cannot be the file name of the figure: its metadata would be written to it`,
    );
  return { image, metadata };
}
