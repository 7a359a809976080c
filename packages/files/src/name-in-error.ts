import { FileStorageException, isTVBException, type TVBException } from "@tvb-storage/errors";
import { fileException } from "./file-exception.js";
import { shortened } from "./quoted.js";
import { errorMessage, systemErrorCode } from "./system-error.js";

/**
 * A name in quotes, as the end of a path, or before a colon at the start: "data" is part of "dataset", and a word of
 * many messages. One with a dot or a slash is no word, and may be anywhere.
 */
function isNamedIn(message: string, name: string): boolean {
  const isNoWord = /[./]/.test(name);
  for (let at = message.indexOf(name); at >= 0; at = message.indexOf(name, at + 1)) {
    const isPrefix = at === 0 && message[name.length] === ":";
    const before = message[at - 1] ?? " ";
    const isStart = isPrefix || name.startsWith("/") || /["/]/.test(before) || (isNoWord && before === " ");
    const isEnd = !/^(?:[\w/-]|\.\w)/.test(message.slice(at + name.length, at + name.length + 2));
    if (isStart && isEnd) return true;
  }
  return false;
}

/**
 * The same exception, its message naming the file and the node (or key) that
 * the call was about, where it does not yet. An error of the file system is
 * converted by `fileException`, any other (thrown by a caller's own blocks or
 * callbacks) as a FileStorageException with it as the cause.
 */
export function nameInError(error: unknown, ...about: readonly unknown[]): Error {
  const message = errorMessage(error);
  // What is not a text is not a name; the message says so. The root is what is meant without a node.
  const names = about
    .filter((name): name is string => typeof name === "string" && name !== "" && name !== "/")
    .map((name) => shortened(name));
  if (!isTVBException(error)) {
    const what = names.join(", ");
    if (systemErrorCode(error) !== undefined) return fileException(error, what);
    return new FileStorageException(`${what}: ${message}`, { cause: error });
  }
  const missing = names.filter((name) => !isNamedIn(message, name));
  if (missing.length === 0) return error;
  // Every class of @tvb-storage/errors is made from a message and options.
  const Same = error.constructor as new (message: string, options: { cause: unknown }) => TVBException;
  return new Same(`${missing.join(", ")}: ${message}`, { cause: error.cause ?? error });
}
