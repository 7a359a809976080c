import { httpFile } from "@tvb-storage/hdf5";
import { openHdf5 } from "../data/hdf5-data-file.js";
import type { Source, SourceFile } from "./source.js";

/** A file on a server that knows ranges. */
export function urlSource(address: string): Source {
  const id = address;
  const name = decodeURIComponent(new URL(address).pathname.split("/").at(-1) ?? address);
  let opened: ReturnType<SourceFile["data"]> | undefined;
  const file: SourceFile = {
    id,
    path: name,
    location: address,
    async bytes() {
      const answer = await fetch(address);
      return new Uint8Array(await answer.arrayBuffer());
    },
    data() {
      opened ??= httpFile(address).then((port) => openHdf5(port, name));
      return opened;
    },
  };
  return { id, kind: "address", name, files: [file], problems: [] };
}
