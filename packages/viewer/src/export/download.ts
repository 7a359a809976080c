/** Long enough for a browser to begin with a download. */
const KEPT_MS = 60_000;

/** Gives a file to the user. */
export function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}

/** `Connectivity_weights.csv`: of the file and the dataset, without characters that some file systems refuse. */
export function downloadName(file: string, path: string, extension: string): string {
  const base = (file.split("/").at(-1) ?? file).replace(/\.(h5|hdf5|nc|mat|nwb|zarr)(\.zip)?$/i, "");
  const name = `${base}_${path.replace(/^\//, "")}`.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_");
  return `${name.slice(0, 120)}.${extension}`;
}
