import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const barMax = 60;

/** A bar for each figure, from nought. */
export type Bar = readonly [label: string, value: number];

/** Bars of text, one line each. */
export const plot = (title: string, bars: readonly Bar[]): string => {
  const longest = Math.max(...bars.map(([, value]) => value));
  const width = Math.max(...bars.map(([label]) => label.length));
  const lines = bars.map(([label, value]) => {
    const bar = "█".repeat(Math.max(1, Math.round((value / longest) * barMax)));
    return `${label.padStart(width)}  ${bar} ${shown(value)}`;
  });
  return [title, ...lines, ""].join("\n");
};

/** Small figures with their places, large ones without. */
const shown = (value: number): string => (value < 10 ? String(Number(value.toFixed(3))) : String(Math.round(value)));

const [rowHeight, labelWidth, spanWidth, shownWidth] = [24, 230, 420, 70];

/** The same as an SVG file of its own; labels are ours, and hold nothing that XML would mind. */
const plotSvg = (title: string, bars: readonly Bar[]): string => {
  const longest = Math.max(...bars.map(([, value]) => value));
  const [width, height] = [labelWidth + spanWidth + shownWidth, (bars.length + 1) * rowHeight + 8];
  const rows = bars.map(([label, value], index) => {
    const y = (index + 1) * rowHeight;
    const length = ((value / longest) * spanWidth).toFixed(1);
    const fill = label.includes("floor") ? "#8a8f98" : "#2563a8";
    return `<text x="${labelWidth - 8}" y="${y + 16}" text-anchor="end">${label}</text>
<rect x="${labelWidth}" y="${y + 3}" width="${length}" height="18" rx="2" fill="${fill}"/>
<text x="${(labelWidth + Number(length) + 6).toFixed(1)}" y="${y + 16}">${shown(value)}</text>`;
  });
  const told = bars.map(([label, value]) => `${label} ${shown(value)}`).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<title>${title}: ${told}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="8" y="17" font-weight="bold">${title}</text>
${rows.join("\n")}
</svg>
`;
};

/** Prints bars, and writes them to a folder as SVG where there is one. */
export const draw = async (name: string, title: string, bars: readonly Bar[], folder?: string): Promise<void> => {
  process.stdout.write(`${plot(title, bars)}\n`);
  if (folder !== undefined) await writeFile(join(folder, `${name}.svg`), plotSvg(title, bars));
};
