const barMax = 60;

/** Bars of text, one line each: what `docs/performance.md` shows. */
export const plot = (title: string, bars: readonly (readonly [label: string, value: number])[]): string => {
  const longest = Math.max(...bars.map(([, value]) => value));
  const width = Math.max(...bars.map(([label]) => label.length));
  const lines = bars.map(([label, value]) => {
    const bar = "█".repeat(Math.max(1, Math.round((value / longest) * barMax)));
    return `${label.padStart(width)}  ${bar} ${Math.round(value)}`;
  });
  return [title, ...lines, ""].join("\n");
};
