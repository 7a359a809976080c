/**
 * The standard error of a Node program, without the warnings of Node
 * itself: deprecations and experiments, and certificates of NODE_EXTRA_CA_CERTS that
 * cannot be loaded.
 */
export function withoutNodeWarnings(text: string): string {
  return text.replaceAll(/^(\(node:\d+\) .*|\(Use `.*`? .*\)|Warning: Ignoring extra certs .*)\n/gm, "");
}
