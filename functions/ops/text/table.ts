import { type Look, plain } from "./look.ts";

/** A column narrower than this says nothing. */
const columnMin = 10;

const gap = "  ";

/**
 * Lines of text in columns; those named in `toTheRight` hold numbers, which are never cut. What does not fit a terminal
 * is shortened in its widest columns.
 */
export const table = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  toTheRight: readonly string[] = [],
  { columns }: Pick<Look, "columns"> = plain,
): string => {
  const natural = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const isRight = head.map((title) => toTheRight.includes(title));
  const widths = columns === undefined ? natural : fitted(natural, isRight, columns);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return isRight[column] ? cell.padStart(width) : shortened(cell, width).padEnd(width);
      })
      .join(gap)
      .trimEnd();
  return [line(head), ...rows.map(line)].map((text) => `${text}\n`).join("");
};

/** Takes from the widest column that may be cut, until all of them fit or none can give. */
const fitted = (natural: readonly number[], isRight: readonly boolean[], columns: number): readonly number[] => {
  const widths = [...natural];
  let excess = widths.reduce((total, width) => total + width, gap.length * (widths.length - 1)) - columns;
  while (excess > 0) {
    const cuttable = widths.map((width, column) => (isRight[column] ? 0 : width));
    const widest = cuttable.indexOf(Math.max(...cuttable));
    if ((cuttable[widest] ?? 0) <= columnMin) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
};

/** An id is known by its two ends; a sentence by its beginning. */
const shortened = (text: string, width: number): string => {
  if (text.length <= width) return text;
  if (/\s/.test(text)) return `${text.slice(0, width - 1)}…`;
  const end = Math.min(6, Math.floor((width - 1) / 2));
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
};
