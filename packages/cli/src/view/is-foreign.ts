import type { IncomingMessage } from "node:http";

/**
 * Whether a request comes from a page of another origin, or under another name than this server's (a name that was made
 * to point to this machine: DNS rebinding). Ports are part of an origin, so that pages of other servers on this machine are
 * others, too.
 *
 * @param port That the server listens on.
 */
export function isForeign({ headers, headersDistinct }: IncomingMessage, port: number): boolean {
  const [host, ...more] = headersDistinct["host"] ?? [];
  // Browsers leave out the port of HTTP itself.
  const ports = port === 80 ? [":80", ""] : [`:${port}`];
  const own = ["127.0.0.1", "localhost"].flatMap((name) => ports.map((each) => name + each));
  if (host === undefined || more.length > 0 || !own.includes(host)) return true;
  return headers.origin !== undefined && headers.origin !== `http://${host}`;
}

/**
 * Whether a browser says that a page of another origin wants it (Fetch Metadata): a picture, a script, a frame. A link
 * that is followed to the page itself (`toPage`) is none of these: a terminal in a web page makes one of the
 * printed address.
 */
export function isEmbeddedElsewhere({ headers }: IncomingMessage, toPage: boolean): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return false;
  const isLink = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return !(toPage && isLink);
}
