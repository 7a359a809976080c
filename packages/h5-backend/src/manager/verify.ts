import {
  defaultFileSystem,
  errorMessage,
  nextTurn,
  resolvePath,
  type SyncFileSystem,
  throwIfAborted,
} from "@tvb-storage/core";
import { FileStorageException, isTVBException } from "@tvb-storage/errors";
import { type Engine, getEngine } from "../engine/engine.js";
import { walkStructure } from "../format/index.js";
import { checkReadable } from "../operations/check-readable.js";
import { listNodes } from "../operations/list-nodes.js";
import { ReadPort } from "../port/read-port.js";
import { ReadSession } from "../session/read-session.js";
import { callTurns } from "./call-turns.js";

/** Something that is wrong with a file, in words, and the object that it was found at (`/` for the file itself). */
export interface FileProblem {
  readonly path: string;
  readonly problem: string;
}

/** Other processes may commit while a file is verified; it is then looked at again this often. */
const ATTEMPTS = 10;

/**
 * Checks a file: its superblock, the checksums of its structures, and that
 * every dataset reads. Changes nothing, and never throws for what is wrong
 * with the file, which it tells.
 *
 * @throws FileStructureException the file is missing, is a folder, or may not be read.
 * @throws FileStorageException cancelled, or another process changes the file all the time.
 */
export async function verify(
  path: string,
  options: { fs?: SyncFileSystem; signal?: AbortSignal } = {},
): Promise<readonly FileProblem[]> {
  const fs = options.fs ?? defaultFileSystem();
  const engine = await getEngine();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const problems = await callTurns.run(() => verifyOnce(engine, fs, resolvePath(fs, path), options.signal));
    if (problems !== undefined) return problems;
    await nextTurn();
  }
  throw new FileStorageException(`${path} cannot be verified: another process goes on changing it`);
}

/** The problems of one commit, or undefined where another came in between. */
async function verifyOnce(
  engine: Engine,
  fs: SyncFileSystem,
  path: string,
  signal: AbortSignal | undefined,
): Promise<FileProblem[] | undefined> {
  const port = ReadPort.open(fs, path, { careful: true });
  try {
    const problems: FileProblem[] = [...walkStructure(port, path)];
    const data = await readAll(engine, fs, path, signal);
    const known = new Set(problems.map((problem) => problem.path));
    problems.push(...data.filter((problem) => !known.has(problem.path)));
    return port.validate() ? problems : undefined;
  } finally {
    port.close();
  }
}

/** Reads the data of every dataset through HDF5. */
async function readAll(
  engine: Engine,
  fs: SyncFileSystem,
  path: string,
  signal: AbortSignal | undefined,
): Promise<FileProblem[]> {
  const problems: FileProblem[] = [];
  let session: ReadSession | undefined;
  try {
    session = ReadSession.open(engine, fs, path, { careful: false, follow: false });
    for (const node of listNodes(session.view, "/", Number.POSITIVE_INFINITY)) {
      if (node.kind === "unreadable")
        problems.push({ path: node.path, problem: node.reason ?? "unreadable" });
      if (node.kind !== "dataset") continue;
      throwIfAborted(signal, `verifying ${path}`);
      await nextTurn();
      try {
        await checkReadable(session.view, node.path, signal);
      } catch (error) {
        if (signal?.aborted || !isTVBException(error)) throw error;
        problems.push({ path: node.path, problem: `its data cannot be read: ${error.message}` });
      }
    }
  } catch (error) {
    if (signal?.aborted || !isTVBException(error)) throw error;
    problems.push({ path: "/", problem: errorMessage(error) });
  } finally {
    session?.close();
  }
  return problems;
}
