import type { ReactNode } from "react";

/** The page before anything is opened. */
export function Welcome(): ReactNode {
  return (
    <div className="welcome">
      <h2>See what is in The Virtual Brain's files</h2>
      <p>
        Connectomes, time series, surfaces and whole projects, and any other HDF5 or Zarr file, as tables and
        plots.
      </p>
      <p>
        Drop files or a folder on this page, choose them with the buttons above or give an address. On your
        own machine, <code>tvb-storage view FOLDER</code> opens a folder.
      </p>
      <p>Files are read in this browser, only as far as you look at them. Nothing is uploaded.</p>
    </div>
  );
}
