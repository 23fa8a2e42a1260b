import { ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { merged } from "./merged.ts";
import { queryPages, type RawRecord } from "./query.ts";
import { type Condition, quoted } from "./zoql.ts";

/** The records of an object that satisfy every one of the conditions. */
export type Selection = {
  readonly fields: readonly string[];
  readonly object: string;
  readonly conditions: readonly Condition[];
};

/** How a selection is divided: by a text that every record has and no record changes. */
export type Division = {
  readonly by: string;
  /** So many are read side by side; 1: one page after the other. */
  readonly parts: number;
};

/**
 * Every record of a selection; one that comes twice is Zuora's live paging. What is more than one page is read in
 * parts, as many at a time as the connection allows: Zuora takes so long for a page of 2,000 rows that a million of
 * them, page after page, takes longer than a function has.
 *
 * Each part is a range of a text. Together they cover everything in whatever order Zuora compares texts: of any cuts,
 * in any order, a text is at or above the one before the first that it is below. That order decides only how even they
 * are. Where Zuora refuses to compare the text, or the ranges do not find again what the first page showed, it is page
 * after page after all.
 *
 * @throws as {@link queryPages}
 */
export async function* queryInParts(
  client: ZuoraClient,
  selection: Selection,
  { by, parts }: Division,
): AsyncGenerator<RawRecord> {
  const divided = { ...selection, fields: [...new Set([...selection.fields, by])] };
  const pages = queryPages(client, written(divided));
  const first = (await pages.next()).value;
  if (first === undefined) return;
  yield* first.records;
  if (first.isLast) return;
  const shown = first.records.map((record) => record[by]);
  // What has no such text would be in no range.
  const isDivided = parts > 1 && shown.every(isText);
  const known = new Set(first.records.map(({ Id }) => Id));
  const again = new Set<unknown>();
  try {
    for await (const record of isDivided ? ofRanges(client, divided, { by, parts }, shown) : []) {
      if (known.has(record["Id"])) again.add(record["Id"]);
      else yield record;
    }
    // Some are settled meanwhile, and half of a page is not.
    if (isDivided && again.size * 2 >= known.size) return;
  } catch (error) {
    const isRefused = error instanceof ZuoraContractError && error.zuoraCode !== undefined;
    if (!isRefused) throw error;
  }
  for await (const { records } of pages) yield* records;
}

async function* ofRanges(
  client: ZuoraClient,
  divided: Selection,
  { by, parts }: Division,
  shown: readonly string[],
): AsyncGenerator<RawRecord> {
  const sampled = await sampleOf(client, divided, by);
  const ranges = rangesOf(by, cutsOf(sampled.length > 0 ? sampled : shown, parts));
  const readers = ranges.map((range) =>
    queryPages(client, written({ ...divided, conditions: [...divided.conditions, ...range] })),
  );
  for await (const { records } of merged(readers)) yield* records;
}

const written = ({ fields, object, conditions }: Selection): string =>
  `select ${fields.join(", ")} from ${object} where ${conditions.join(" and ")}`;

const isText = (value: unknown): value is string => typeof value === "string";

/**
 * One of a thousand, where these are numbers that count up: a page of a result may be its beginning, by age or by
 * number, and ranges cut by it alone would leave nearly everything to the last.
 */
const sampleOf = async (client: ZuoraClient, selection: Selection, by: string): Promise<readonly string[]> => {
  const conditions = [...selection.conditions, `${by} like '%000'`];
  const { value } = await queryPages(client, written({ ...selection, fields: [by], conditions })).next();
  return (value?.records ?? []).map((record) => record[by]).filter(isText);
};

/** Texts that divide a sample in so many parts of one size, or in as many as it has. */
const cutsOf = (sample: readonly string[], parts: number): readonly string[] => {
  const sorted = sample.toSorted();
  const cuts = Array.from(
    { length: parts - 1 },
    (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / parts)],
  );
  return [...new Set(cuts.filter(isText))];
};

const rangesOf = (by: string, cuts: readonly string[]): readonly (readonly Condition[])[] =>
  [undefined, ...cuts].map((from, index) => {
    const to = cuts[index];
    return [
      ...(from === undefined ? [] : [`${by} >= ${quoted(from)}`]),
      ...(to === undefined ? [] : [`${by} < ${quoted(to)}`]),
    ];
  });
