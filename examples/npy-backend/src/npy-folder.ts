import { encodeMetadata } from "@tvb-storage/core";
import { FileStructureException } from "@tvb-storage/errors";
import { type FileSlot, type FileSystem, withFile } from "@tvb-storage/files";
import { AppendSession } from "./append-session.js";
import { type FolderState, type Nodes, readFolder } from "./sidecar.js";

/** One folder: its lock, which all managers on it share, and how it is opened. */
export class NpyFolder {
  constructor(
    readonly path: string,
    readonly fs: FileSystem,
    private readonly dataVersion: number,
  ) {}

  /** Runs `work` alone on the folder, with all appended rows in their files. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return withFile(this.fs, this.path, async (slot) => {
      await slot.open?.release();
      slot.open = undefined;
      return work();
    });
  }

  /** Runs `work` alone on the folder, with a session that may hold rows back, and stays open unless `close`. */
  appending(close: boolean, work: (session: AppendSession) => Promise<void>): Promise<void> {
    return withFile(this.fs, this.path, async (slot: FileSlot) => {
      if (!(slot.open instanceof AppendSession)) await slot.open?.release();
      const session = slot.open instanceof AppendSession ? slot.open : new AppendSession(this.fs, slot);
      await work(session);
      slot.open = session;
      if (close) await session.release();
    });
  }

  state(): Promise<FolderState> {
    return readFolder(this.fs, this.path);
  }

  /** @throws FileStructureException the folder is missing or not one of ours. */
  async nodes(): Promise<Nodes> {
    const state = await this.state();
    if (state.kind === "open") return state.nodes;
    const reason =
      state.kind === "missing" ? "there is no such folder" : `not a folder of .npy files: ${state.reason}`;
    throw new FileStructureException(`${this.path}: ${reason}`);
  }

  /** Those of a new folder, where it is missing; nothing is made yet. */
  async nodesOrNew(): Promise<Nodes> {
    const state = await this.state();
    if (state.kind !== "missing") return this.nodes();
    return new Map([["/", { attributes: encodeMetadata({ Data_version: this.dataVersion }) }]]);
  }
}
