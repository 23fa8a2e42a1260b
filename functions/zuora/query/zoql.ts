/**
 * Zuora's limits on one ZOQL query: characters, and conditions in its `where` (Zuora: ZOQL). There are no
 * parentheses and no `in`, so a query is an `or` of `and`-groups, and `and` binds tighter.
 */
const charactersMax = 10_000;
const conditionsMax = 200;

/** One comparison, already in ZOQL. */
export type Condition = string;

/** A text in quotes; values are case-sensitive. */
export const quoted = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** A dateTime, always with its offset: without one Zuora takes the tenant's own zone. */
export const dateTime = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 19)}+00:00`;

/**
 * Writes as few queries as the limits allow that together find what any of the groups finds. A group is never
 * split, and no two queries share one.
 *
 * @throws {RangeError} where a single group is beyond the limits, or there is none
 */
export const selectAny = (
  fields: readonly string[],
  object: string,
  groups: readonly (readonly Condition[])[],
): readonly string[] => {
  const head = `select ${fields.join(", ")} from ${object} where `;
  const queries: string[] = [];
  let text = "";
  let conditions = 0;
  for (const group of groups) {
    const written = group.join(" and ");
    if (group.length === 0 || group.length > conditionsMax || head.length + written.length > charactersMax) {
      throw new RangeError(`a group of 1 to ${conditionsMax} conditions fits a ZOQL query, got ${group.length}`);
    }
    const longer = text === "" ? written : `${text} or ${written}`;
    if (text !== "" && (conditions + group.length > conditionsMax || head.length + longer.length > charactersMax)) {
      queries.push(head + text);
      text = written;
      conditions = group.length;
    } else {
      text = longer;
      conditions += group.length;
    }
  }
  return text === "" ? queries : [...queries, head + text];
};
