import { quoted } from "@tvb-storage/files";

/** An address for messages: without what may be secret, a user with a password and what follows `?`. */
export function addressInError(address: string | URL): string {
  return quoted(
    String(address)
      .replace(/\/\/[^/?#]*@/, "//...@")
      .replace(/\?.*$/s, "?..."),
  );
}
