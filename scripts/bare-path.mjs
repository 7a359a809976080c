// A PATH with only what README requires: Node and npm, with git, a shell
// and the small tools that npm and its scripts use.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { programsOnPath } from "./programs.mjs";

const COREUTILS =
  "[ b2sum base32 base64 basename cat chgrp chmod chown cksum comm cp csplit cut date dd df dir dirname du echo env " +
  "expand expr factor false fmt fold head hostid id install join link ln logname ls md5sum mkdir mkfifo mknod mktemp " +
  "mv nice nl nohup nproc numfmt od paste pathchk pr printenv printf ptx pwd readlink realpath rm rmdir seq sha1sum " +
  "sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test " +
  "timeout touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes";
const NAMES = ["node", "npm", "npx", "git", "sh", "bash", "sed", "grep", ...COREUTILS.split(" ")];

/** Fills the empty `folder` with links to these programs, as far as this machine has them. The folder is the PATH. */
export function makeBarePath(folder) {
  for (const name of NAMES) {
    const [path] = programsOnPath(name);
    if (path !== undefined) symlinkSync(path, join(folder, name));
  }
  return folder;
}
