import { expect, it } from "vitest";
import { whyNotOnWindows } from "../src/windows-name.js";

// Microsoft, "Naming Files, Paths, and Namespaces"; CONIN$ and CONOUT$ as Python's os.path.isreserved has them,
// and COM0 and LPT0, which some versions of Windows refuse.
const DEVICES = [
  ...["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"],
  ...["COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³"],
  ...["LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³"],
];

it.each(DEVICES)("%s is a device, in any case and with any extension", (device) => {
  for (const name of [device, device.toLowerCase(), `${device}.h5`, `${device}.tar.gz`, `${device} .txt`])
    expect(whyNotOnWindows(name), name).toBe("it is the name of a device on Windows");
});

it.each([
  ["a<b", "it has <, which Windows does not allow"],
  ["a>b", "it has >, which Windows does not allow"],
  ["a:b", "it has :, which Windows does not allow"],
  ['a"b', 'it has ", which Windows does not allow'],
  ["a|b", "it has |, which Windows does not allow"],
  ["a?b", "it has ?, which Windows does not allow"],
  ["a*b", "it has *, which Windows does not allow"],
  ["a/b", "it has /, which Windows does not allow"],
  ["a\\b", "it has \\, which Windows does not allow"],
  ["a\0b", "it has a control character at position 1, which Windows does not allow"],
  ["tab\t", "it has a control character at position 3, which Windows does not allow"],
  ["a.", "it ends with a dot or a space, which Windows drops"],
  ["a ", "it ends with a dot or a space, which Windows drops"],
  ["CON.", "it ends with a dot or a space, which Windows drops"],
])("%j is refused", (name, reason) => {
  expect(whyNotOnWindows(name)).toBe(reason);
});

it.each([
  ...["console", "com", "com10", "lpt", "lpt10", "nulx", "xnul", "aux-1", "a.con", "con_", "conin", "com⁴"],
  ...[".hidden", "a..b", " a", "naïve", "脳", "\u007f", "it's (1) [x] {y} & co; #1 = ~"],
])("%j is a name", (name) => {
  expect(whyNotOnWindows(name)).toBeUndefined();
});
