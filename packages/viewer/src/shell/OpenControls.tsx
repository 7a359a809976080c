import { type FormEvent, type ReactNode, useRef } from "react";
import { chosenFiles, pickedFolder } from "../sources/file-source.js";
import { openAddress, opening, useOpenings } from "./opening.js";
import "./open-controls.css";

/** The dialogs for files and for a folder, and the field for an address. */
export function OpenControls(): ReactNode {
  const isOpening = useOpenings(({ count }) => count > 0);
  return (
    <div className="open-controls">
      <FileButton label="Open files" pick={(files) => opening(chosenFiles(files))} />
      <FileButton label="Open a folder" isFolder pick={(files) => opening([pickedFolder(files)])} />
      <AddressForm />
      <span role="status">{isOpening && "Opening …"}</span>
    </div>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly isFolder?: boolean;
  readonly pick: (files: readonly File[]) => Promise<unknown>;
}

function FileButton({ label, isFolder = false, pick }: FileButtonProps): ReactNode {
  return (
    <label className="button">
      {label}
      <input
        type="file"
        multiple
        // React's types do not know the attribute, which all browsers have.
        {...(isFolder ? { webkitdirectory: "" } : {})}
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          // The same files may be chosen again.
          target.value = "";
          if (files.length > 0) void pick(files);
        }}
      />
    </label>
  );
}

function AddressForm(): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const open = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const address = field.current?.value.trim() ?? "";
    if (address === "") return;
    // One that was wrong stays, to be mended.
    if ((await openAddress(address)) && field.current !== null) field.current.value = "";
  };
  return (
    <form onSubmit={open}>
      <input
        ref={field}
        type="text"
        inputMode="url"
        aria-label="Address of a file"
        placeholder="https://… .h5, .zarr or .zip"
        spellCheck={false}
        autoComplete="off"
      />
      <button type="submit">Open the address</button>
    </form>
  );
}
