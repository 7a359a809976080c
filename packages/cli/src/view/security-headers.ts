/** Of every answer: nothing is stored, guessed, embedded or read by other origins, and nobody learns the address. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** What the page may load and run. It may read other servers (`connect-src`), since it opens addresses. */
export const PAGE_POLICY = [
  "default-src 'self'",
  // ndarray, by which h5web has its arrays, makes functions for each number of axes (new Function).
  "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self' http: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Of all other answers: where one is opened as a page, it does nothing. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";
