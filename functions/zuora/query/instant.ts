/** A dateTime that carries its offset, in epoch milliseconds; undefined for everything else, a bare day included. */
export const instantOf = (text: unknown): number | undefined => {
  if (typeof text !== "string" || !/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
};
