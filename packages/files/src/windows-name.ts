/** Names of devices, with or without an extension; spaces may come before the dot. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?: *\..*)?$/is;

const REFUSED = /[<>:"|?*/\\]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Windows refuses just these.
const CONTROL = /[\u0000-\u001f]/;

/** Why `name` cannot be the name of a file or folder on Windows; undefined where it can. */
export function whyNotOnWindows(name: string): string | undefined {
  const refused = REFUSED.exec(name);
  if (refused !== null) return `it has ${refused[0]}, which Windows does not allow`;
  const control = CONTROL.exec(name);
  if (control !== null)
    return `it has a control character at position ${control.index}, which Windows does not allow`;
  if (/[. ]$/.test(name)) return "it ends with a dot or a space, which Windows drops";
  return DEVICE.test(name) ? "it is the name of a device on Windows" : undefined;
}
