import { fitted } from "../../functions/ops/text/wrapped.ts";
import { escaped } from "./xml.ts";

const columns = 80;
const font = { width: 8, height: 19, size: 13.3 };
const margin = 20;

/** A terminal of 80 columns after a command: what was typed, and what was printed. */
export const terminalSvg = (typed: string, printed: string): string => {
  const lines = fitted(printed, { columns }).trimEnd().split("\n");
  const width = columns * font.width + 2 * margin;
  const height = (lines.length + 2) * font.height + 2 * margin;
  const line = (text: string, row: number, kind = "") =>
    `<text x="${margin}" y="${margin + (row + 1) * font.height}"${kind}>${escaped(text)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${escaped(typed)}</title>
<style>text { font: ${font.size}px ui-monospace, Menlo, Consolas, monospace; fill: #e6edf3; white-space: pre } .typed { fill: #79c0ff }</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${line(`$ ${typed}`, 0, ' class="typed"')}
${lines.map((text, row) => (text === "" ? "" : `${line(text, row + 2)}\n`)).join("")}</svg>
`;
};
