import { type Arrow, arrows, type Box, boxes } from "./shape.ts";
import { escaped } from "./xml.ts";

type Point = readonly [number, number];

const size = { width: 944, height: 380 };

/** The shape of the system, as `shape.ts` says it. */
export const shapeSvg =
  (): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}">
<title>The shape of the system</title>
<style>text { font: 13px system-ui, sans-serif; fill: #57606a; text-anchor: middle } .name { font-weight: 600; fill: #1b1f24 }
rect { fill: #ddf4ff; stroke: #0969da } .around { fill: #f6f8fa; stroke: #57606a; stroke-dasharray: 4 3 } path { fill: none; stroke: #57606a; stroke-width: 1.5 }</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><polygon points="0,0 8,4 0,8" fill="#57606a"/></marker></defs>
<rect width="${size.width}" height="${size.height}" rx="8" style="fill: #fff; stroke: none"/>
${arrows.map(arrowSvg).join("\n")}
${boxes.map(boxSvg).join("\n")}
</svg>
`;

const boxSvg = ({ name, says, at: [x, y, width, height], resources }: Box): string => {
  const middle = x + width / 2;
  return [
    `<rect${resources.length === 0 ? ' class="around"' : ""} x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<text class="name" x="${middle}" y="${y + height / 2 - 4}">${escaped(name)}</text>`,
    `<text x="${middle}" y="${y + height / 2 + 15}">${escaped(says)}</text>`,
  ].join("");
};

const arrowSvg = ({ from, to, says, via = [] }: Arrow): string => {
  const [start, end] = [boxNamed(from), boxNamed(to)];
  const points =
    via.length === 0 ? straight(start, end) : [edgeTowards(start, via[0]), ...via.slice(0, -1), via.at(-1) ?? [0, 0]];
  const path = points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x},${y}`).join(" ");
  const [a = [0, 0], b = [0, 0]] = points.slice(via.length === 0 ? 0 : 1);
  const label =
    says === undefined ? "" : `<text x="${(a[0] + b[0]) / 2}" y="${(a[1] + b[1]) / 2 - 6}">${escaped(says)}</text>`;
  return `<path d="${path}" marker-end="url(#tip)"/>${label}`;
};

/** @throws {Error} where an arrow goes to nowhere */
const boxNamed = (name: string): Box => {
  const found = boxes.find((box) => box.name === name);
  if (found === undefined) throw new Error(`there is no box ${name}`);
  return found;
};

/** From edge to edge of two boxes that stand beside or below each other. */
const straight = ({ at: [x, y, width, height] }: Box, { at: [toX, toY, toWidth, toHeight] }: Box): readonly Point[] => {
  if (toX >= x + width) return level(x + width, toX, Math.max(y, toY) + Math.min(height, toHeight) / 2);
  if (toX + toWidth <= x) return level(x, toX + toWidth, y + height / 2);
  const middle = x + width / 2;
  return toY > y
    ? [
        [middle, y + height],
        [middle, toY],
      ]
    : [
        [middle, y],
        [middle, toY + toHeight],
      ];
};

const level = (from: number, to: number, y: number): readonly Point[] => [
  [from, y],
  [to, y],
];

const edgeTowards = ({ at: [x, y, width, height] }: Box, [, towardsY]: Point = [0, 0]): Point => [
  x + width / 2,
  towardsY < y ? y : y + height,
];
