/** What style sheets say of the lines and labels of drawings. */
const DRAWN_AS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "text-anchor"];
/** Pixels of a picture for each of the page: sharp in print. */
const PIXEL_RATIO = 2;

/**
 * What an element shows as PNG: its drawings with their labels, on the ground of the page. A WebGL canvas must keep
 * what it has drawn (`preserveDrawingBuffer`).
 *
 * @throws Error the browser cannot make a picture of it.
 */
export async function pictureOf(element: HTMLElement): Promise<Blob> {
  const picture =
    element instanceof HTMLCanvasElement ? await pictureOfCanvas(element) : await pictureOfTree(element);
  if (picture === null)
    throw new Error("the browser made no picture of it; make the window smaller and try again");
  return picture;
}

function pictureOfCanvas(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

async function pictureOfTree(element: HTMLElement): Promise<Blob | null> {
  const { toBlob } = await import("html-to-image");
  // A dark page shows what only has a light theme inverted, as a whole; the picture is of a part, and light.
  const inverted = element.closest<HTMLElement>("[data-inverts]");
  inverted?.style.setProperty("--inverted", "0");
  const restore = styledDrawings(element);
  try {
    return await toBlob(element, {
      pixelRatio: PIXEL_RATIO,
      backgroundColor: inverted === null ? getComputedStyle(document.body).backgroundColor : "#ffffff",
      skipFonts: true, // those of the system, which need no embedding
    });
  } finally {
    restore();
    inverted?.style.removeProperty("--inverted");
  }
}

/**
 * Gives the parts of SVG drawings as styles of their own what style sheets say of them, which html-to-image does not take
 * along. Returns what takes them away again.
 */
function styledDrawings(element: HTMLElement): () => void {
  const drawn = [...element.querySelectorAll<SVGElement>("svg *")].map((part) => {
    const computed = getComputedStyle(part);
    const styles = DRAWN_AS.map((name) => [name, computed.getPropertyValue(name)] as const);
    return { part, before: part.getAttribute("style"), styles };
  });
  // After all were asked for, so that the browser finds out about styles once.
  for (const { part, styles } of drawn)
    for (const [name, value] of styles) part.style.setProperty(name, value);
  return () => {
    for (const { part, before } of drawn) {
      if (before === null) part.removeAttribute("style");
      else part.setAttribute("style", before);
    }
  };
}
