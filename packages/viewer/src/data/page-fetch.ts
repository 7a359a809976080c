import type { HttpFetch } from "@tvb-storage/files";
import { errorMessage } from "@tvb-storage/files/internal";

/**
 * As `fetch`, of which a page learns no more than that it failed, also where the server answered and lets no other page read
 * that.
 */
export const pageFetch: HttpFetch = async (address, init) => {
  try {
    return await fetch(address, init);
  } catch (error) {
    const { location }: { readonly location?: { readonly href: string; readonly origin: string } } =
      globalThis;
    const isOfPage = location !== undefined && new URL(address, location.href).origin === location.origin;
    if (isOfPage || !(error instanceof TypeError)) throw error;
    throw new TypeError(
      `${errorMessage(error)}: it is not there, or it does not let pages of others read its files (CORS); a file that you can download can be opened from the disk`,
      { cause: error },
    );
  }
};
