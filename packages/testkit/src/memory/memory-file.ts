import { encodeMetadata } from "@tvb-storage/core";
import { FileStructureException, isTVBException } from "@tvb-storage/errors";
import { type FileSlot, type SyncFileSystem, withFile } from "@tvb-storage/files";
import { type MarkerState, readMarker } from "./marker-file.js";
import { emptyContent, type MemoryContent, withAttributes } from "./memory-content.js";
import { MemorySession } from "./memory-session.js";

/** One file: its lock, its session, and how it is opened. */
export class MemoryFile {
  constructor(
    private readonly path: string,
    private readonly fs: SyncFileSystem,
    private readonly dataVersion: number,
  ) {}

  /** Whether there is a memory file; anything else, and what may not be read, is not one. */
  isValid(): Promise<boolean> {
    return withFile(this.fs, this.path, async (slot) => {
      if (slot.open !== undefined) return true;
      try {
        return readMarker(this.fs, slot.path).kind === "content";
      } catch (error) {
        if (isTVBException(error)) return false;
        throw error;
      }
    });
  }

  close(): Promise<void> {
    return withFile(this.fs, this.path, async (slot) => {
      await slot.open?.release();
    });
  }

  /** What is in the file, appended rows included. */
  read(otherwise: Otherwise = {}): Promise<MemoryContent> {
    return withFile(this.fs, this.path, async (slot) => {
      const session = await this.#openSession(slot);
      return session?.content ?? existing(readMarker(this.fs, slot.path), otherwise);
    });
  }

  /** Replaces the content, wholly or not at all, and closes. */
  write(edit: (content: MemoryContent) => MemoryContent, { create = true } = {}): Promise<void> {
    return this.change({ create, close: true }, (session) => {
      session.content = edit(session.content);
    });
  }

  /** Where `edit` throws, what was open before stays open and as it was. */
  change(how: { create: boolean; close: boolean }, edit: (session: MemorySession) => void): Promise<void> {
    return withFile(this.fs, this.path, async (slot) => {
      const session = (await this.#openSession(slot)) ?? this.#newSession(slot, how.create);
      edit(session);
      slot.open = session;
      if (how.close) await session.release();
    });
  }

  /** The session that is open on this file, whoever opened it; another backend's is closed. */
  async #openSession(slot: FileSlot): Promise<MemorySession | undefined> {
    if (slot.open instanceof MemorySession) return slot.open;
    await slot.open?.release();
    slot.open = undefined;
    return undefined;
  }

  #newSession(slot: FileSlot, create: boolean): MemorySession {
    const state = readMarker(this.fs, slot.path);
    if (state.kind === "missing" && create) {
      const version = encodeMetadata({ Data_version: this.dataVersion });
      return new MemorySession(this.fs, slot, undefined, withAttributes(emptyContent(), "/", version));
    }
    const content = existing(state, {});
    return new MemorySession(this.fs, slot, state.kind === "content" ? state.id : undefined, content);
  }
}

interface Otherwise {
  missing?: () => Error;
  foreign?: (reason: string) => Error;
}

function existing(state: MarkerState, otherwise: Otherwise): MemoryContent {
  if (state.kind === "content") return state.content;
  if (state.kind === "missing")
    throw otherwise.missing?.() ?? new FileStructureException("there is no such file");
  throw (
    otherwise.foreign?.(state.reason) ?? new FileStructureException(`it is no memory file: ${state.reason}`)
  );
}
