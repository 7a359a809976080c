// What a program writes to a terminal, as SVG: text, its 16 colours, the 256 and the 2^24 ones, bold, faint, half blocks.

const CELL = { width: 8.4, height: 17 };
const MARGIN = 12;
const FOREGROUND = "#d8dee9";
const BACKGROUND = "#1e2430";
/** In the order of ANSI, then the bright ones. */
const COLOURS = [
  ..."#3b4252 #e0646c #8fc379 #e5c07b #61afef #c678dd #56b6c2 #d8dee9".split(" "),
  ..."#7f8ba0 #ff7b85 #a8e08d #ffd68a #7fc4ff #dd9aef #74d3df #ffffff".split(" "),
];

const hex = (parts) => `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;

/** Colour 16 to 255 of xterm's palette. */
function paletteColour(index) {
  if (index < 16) return COLOURS[index];
  if (index >= 232) return hex(Array(3).fill(8 + 10 * (index - 232)));
  const level = (part) => (part === 0 ? 0 : 55 + 40 * part);
  const cube = index - 16;
  return hex([level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]);
}

/** The style after a sequence of codes (ECMA-48, SGR). */
function styleAfter(style, codes) {
  let next = { ...style };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at];
    const which = code === 38 ? "front" : "back";
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.faint = true;
    else if (code === 22) next = { ...next, bold: false, faint: false };
    else if (code === 38 || code === 48) {
      next[which] = codes[at + 1] === 2 ? hex(codes.slice(at + 2, at + 5)) : paletteColour(codes[at + 2]);
      at += codes[at + 1] === 2 ? 4 : 2;
    } else if (code === 39) next.front = undefined;
    else if (code === 49) next.back = undefined;
    else if (code >= 30 && code <= 37) next.front = COLOURS[code - 30];
    else if (code >= 90 && code <= 97) next.front = COLOURS[code - 82];
    else if (code >= 40 && code <= 47) next.back = COLOURS[code - 40];
  }
  return next;
}

/** Parts of one style: `{ text, style, column }` in each line. */
function parse(text) {
  let style = {};
  return text.split("\n").map((line) => {
    const parts = [];
    let column = 0;
    for (const [, codes, plain] of line.matchAll(/\p{Cc}\[([\d;]*)m|(\P{Cc}+)/gu))
      if (plain === undefined) style = styleAfter(style, codes.split(";").map(Number));
      else {
        parts.push({ text: plain, style, column });
        column += [...plain].length;
      }
    return { parts, columns: column };
  });
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const round = (value) => Number(value.toFixed(2));

function rectangle(column, row, columns, height, colour) {
  const x = round(MARGIN + column * CELL.width);
  const y = round(MARGIN + row * CELL.height);
  return `<rect x="${x}" y="${y}" width="${round(columns * CELL.width)}" height="${height}" fill="${colour}"/>`;
}

export function terminalSvg(output) {
  const lines = parse(output.trimEnd());
  const width = Math.ceil(Math.max(...lines.map(({ columns }) => columns)) * CELL.width + 2 * MARGIN);
  const height = lines.length * CELL.height + 2 * MARGIN;
  const shapes = lines.flatMap(({ parts }, row) =>
    parts.flatMap(({ text, style, column }) => {
      const columns = [...text].length;
      const drawn =
        style.back === undefined ? [] : [rectangle(column, row, columns, CELL.height, style.back)];
      const front = style.front ?? FOREGROUND;
      if (/^▀+$/.test(text)) return [...drawn, rectangle(column, row, columns, CELL.height / 2, front)];
      if (text.trim() === "") return drawn;
      const x = round(MARGIN + column * CELL.width);
      const y = round(MARGIN + (row + 0.76) * CELL.height);
      const weight = style.bold ? ' font-weight="bold"' : "";
      const faint = style.faint ? ' opacity="0.6"' : "";
      // All characters have their cells, whatever font there is.
      const size = `textLength="${round(columns * CELL.width)}" lengthAdjust="spacingAndGlyphs"`;
      return [
        ...drawn,
        `<text x="${x}" y="${y}" fill="${front}"${weight}${faint} ${size}>${escaped(text)}</text>`,
      ];
    }),
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve" shape-rendering="crispEdges">`,
    `<rect width="${width}" height="${height}" rx="6" fill="${BACKGROUND}"/>`,
    ...shapes,
    "</svg>",
  ].join("\n")}\n`;
}
