import { addressSource } from "../sources/address-source.js";
import type { Source } from "../sources/source.js";
import { messageOf } from "./message.js";
import { useWorkspace } from "./workspace.js";

/** Adds sources to the page as they are opened; those that cannot be are said. */
export async function opening(sources: readonly Promise<Source>[]): Promise<void> {
  const { addSource, fail } = useWorkspace.getState();
  await Promise.all(sources.map((source) => source.then(addSource, (error) => fail(messageOf(error)))));
}

export function openAddress(address: string): Promise<void> {
  return opening([addressSource(address)]);
}
