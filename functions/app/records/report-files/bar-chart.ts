/** What a chart shows: a bar for each, from nought. */
export type Bar = { readonly label: string; readonly value: number; readonly shown: string };

const width = 420;
const rowHeight = 22;
const labelWidth = 150;
const shownWidth = 90;

/** Horizontal bars as SVG that needs no style but its own. @param escaped makes a text harmless in XML */
export const barChart = (title: string, bars: readonly Bar[], escaped: (text: string) => string): string => {
  const most = Math.max(...bars.map(({ value }) => value), 0);
  const span = width - labelWidth - shownWidth;
  const lines = bars.map(({ label, value, shown }, index) => {
    const y = index * rowHeight;
    const length = most === 0 ? 0 : Math.max(0, (value / most) * span);
    return `<text x="${labelWidth - 8}" y="${y + 15}" text-anchor="end">${escaped(label)}</text>
<rect x="${labelWidth}" y="${y + 3}" width="${length.toFixed(1)}" height="16" rx="2"/>
<text x="${(labelWidth + length + 6).toFixed(1)}" y="${y + 15}">${escaped(shown)}</text>`;
  });
  const told = bars.map(({ label, shown }) => `${label}: ${shown}`).join("; ");
  return `<figure><figcaption>${escaped(title)}</figcaption>
<svg role="img" aria-label="${escaped(`${title}. ${told}`)}" viewBox="0 0 ${width} ${Math.max(1, bars.length) * rowHeight}">
${lines.join("\n")}
</svg></figure>`;
};
