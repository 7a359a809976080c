import { normalizePath } from "./file-path.js";
import type { SyncFileSystem } from "./file-system.js";

/** What resolves the links of a path. A store without links has neither. */
export type LinkResolver = Partial<Pick<SyncFileSystem, "realpathSync" | "readlinkSync">>;

/** The number of links after which Linux reports a loop. */
const MAX_LINKS = 40;

/** Where the link at `path` points, or undefined where there is no link. */
function linkTarget(fs: LinkResolver, path: string): string | undefined {
  try {
    return fs.readlinkSync === undefined ? undefined : String(fs.readlinkSync(path));
  } catch {
    return undefined;
  }
}

/**
 * The one form of `path` that identifies its file: links are resolved as far
 * as the path exists, so that a file that is not created yet has one too, also
 * through a link that points to nothing yet.
 */
export function resolvePath(fs: LinkResolver, path: string): string {
  const normal = normalizePath(path);
  const realpath = fs.realpathSync;
  if (realpath === undefined) return normal;
  // The native one, which needs one system call instead of one for each part.
  const resolve = realpath.native ?? realpath;
  let head = normal;
  let tail = "";
  let links = 0;
  for (;;) {
    try {
      const real = String(resolve.call(fs, head === "" ? "/" : head));
      return normalizePath(tail === "" ? real : `${real}/${tail}`);
    } catch {
      const cut = head.lastIndexOf("/");
      if (cut < 0) return normal;
      const target = links < MAX_LINKS ? linkTarget(fs, head) : undefined;
      if (target !== undefined) {
        links += 1;
        head = normalizePath(
          isAbsolute(target) ? target : `${resolvePath(fs, head.slice(0, cut))}/${target}`,
        );
      } else {
        tail = tail === "" ? head.slice(cut + 1) : `${head.slice(cut + 1)}/${tail}`;
        head = head.slice(0, cut);
      }
    }
  }
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}
