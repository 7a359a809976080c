import type { IncomingMessage, ServerResponse } from "node:http";

/** What a web server with ranges answers for files by their paths, `/data/a.h5`; 404 for others. */
export function servedFiles(
  contentOf: (path: string) => Uint8Array | undefined,
): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ url = "", headers }, response) => {
    const content = contentOf(decodeURIComponent(url.replace(/\?.*$/, "")));
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "") ?? [];
    if (first === "" && last === "") {
      response.writeHead(200).end(content);
      return;
    }
    const start = first === "" ? Math.max(0, content.length - Number(last)) : Number(first);
    const part = content.subarray(start, first === "" || last === "" ? undefined : Number(last) + 1);
    const range = `bytes ${start}-${start + part.length - 1}/${content.length}`;
    response.writeHead(206, { "Content-Range": range }).end(part);
  };
}
