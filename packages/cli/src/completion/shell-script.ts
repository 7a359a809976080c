import { script } from "@bomb.sh/tab";
import { captured } from "./captured.js";
import type { Shell } from "./shells.js";

const NAME = "tvb-storage";

/** What bash-completion defines, where that is not installed. */
const BASH_WORDS = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
        cur=\${COMP_WORDS[COMP_CWORD]}
        prev=\${COMP_WORDS[COMP_CWORD-1]}
    }
fi
`;

/** The script that a shell reads to complete this command. */
export function shellScript(shell: Shell): string {
  const text = captured(() => script(shell, NAME, NAME)).join("\n");
  if (shell !== "bash") return text;
  // A second reading of it is no error, and bash completes names of files where the answer allows them.
  const again = text.replace(/^readonly (?=ShellCompDirective)/gm, "");
  return `${BASH_WORDS}${again.replace(/^complete -F /m, "complete -o default -F ")}`;
}
