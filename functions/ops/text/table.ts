import { type Look, plain } from "./look.ts";

/** A column narrower than this says nothing. */
const columnMin = 10;

/** Names of accounts, invoices and codes are no longer, and are typed again as they stand; Zuora's ids are. */
export const nameMax = 24;

const gap = "  ";

/**
 * Lines of text in columns; those named in `toTheRight` hold numbers, which are never cut. What does not fit a terminal
 * is shortened in its widest columns, names never; where even that is too wide, titles of numbers take two lines, and
 * else each row is written below itself.
 */
export const table = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  toTheRight: readonly string[] = [],
  { columns }: Pick<Look, "columns"> = plain,
): string => {
  const isRight = head.map((title) => toTheRight.includes(title));
  for (const heads of [[head], inTwoLines(head, isRight)]) {
    const widths = widthsOf({ heads, rows, isRight, columns });
    if (widths !== undefined) return [...heads, ...rows].map((cells) => lineOf(cells, widths, isRight)).join("");
  }
  return stacked(head, rows);
};

/** Titles of numbers are often wider than the numbers. A sign stays with its word. */
const inTwoLines = (head: readonly string[], isRight: readonly boolean[]): readonly (readonly string[])[] => {
  const parts = head.map((title, column): readonly [string, string] => {
    const at = isRight[column] ? title.lastIndexOf(" ") : -1;
    return at <= 1 ? ["", title] : [title.slice(0, at), title.slice(at + 1)];
  });
  return [parts.map(([first]) => first), parts.map(([, second]) => second)];
};

type Parts = {
  readonly heads: readonly (readonly string[])[];
  readonly rows: readonly (readonly string[])[];
  readonly isRight: readonly boolean[];
  readonly columns: number | undefined;
};

/** @returns undefined where they do not fit */
const widthsOf = ({ heads, rows, isRight, columns }: Parts): readonly number[] | undefined => {
  const natural = isRight.map((_, column) =>
    Math.max(...[...heads, ...rows].map((cells) => cells[column]?.length ?? 0)),
  );
  if (columns === undefined) return natural;
  const least = natural.map((width, column) =>
    isRight[column] ? width : leastOf(rows.map((cells) => cells[column] ?? "")),
  );
  return fittedWidths(natural, least, columns);
};

const lineOf = (cells: readonly string[], widths: readonly number[], isRight: readonly boolean[]): string => {
  const padded = cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    return isRight[column] ? cell.padStart(width) : shortened(cell, width).padEnd(width);
  });
  return `${padded.join(gap).trimEnd()}\n`;
};

/** As narrow as a column of words may become. */
const leastOf = (cells: readonly string[]): number =>
  Math.max(
    columnMin,
    ...cells.filter((cell) => cell.length <= nameMax && !/\s/.test(cell)).map(({ length }) => length),
  );

/** Takes from the widest column that can give, until all of them fit; undefined where they cannot. */
const fittedWidths = (
  natural: readonly number[],
  least: readonly number[],
  columns: number,
): readonly number[] | undefined => {
  const widths = [...natural];
  let excess = widths.reduce((total, width) => total + width, gap.length * (widths.length - 1)) - columns;
  while (excess > 0) {
    const givers = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0));
    const widest = givers.indexOf(Math.max(...givers));
    if (givers[widest] === 0) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
};

/** Every row as lines of its own, its cells named. */
const stacked = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const width = Math.max(...head.map(({ length }) => length));
  const named = (cell: string, column: number) =>
    cell === "" ? [] : [`${column === 0 ? "" : gap}${(head[column] ?? "").padEnd(width)}${gap}${cell}\n`];
  return rows.map((row) => row.flatMap(named).join("")).join("\n");
};

/** An id is known by its two ends; a sentence by its beginning. */
export const shortened = (text: string, width: number): string => {
  if (text.length <= width) return text;
  if (/\s/.test(text)) return `${text.slice(0, width - 1)}…`;
  const end = Math.min(6, Math.floor((width - 1) / 2));
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
};
