import * as z from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { Answer } from "../http/answers/answer.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "./fields.ts";
import { understood } from "./understood.ts";

/** Rows per page; Zuora's maximum. */
const batchSize = 2000;

const page = z.object({
  records: z.array(z.record(z.string(), z.unknown())).optional(),
  done: z.boolean(),
  queryLocator: z.string().min(1).optional(),
});

/** A record as it came: numbers are text, null fields are absent. */
export type RawRecord = Readonly<Record<string, unknown>>;

/** Some of the records that a query finds. */
export type RecordPage = { readonly records: readonly RawRecord[]; readonly isLast: boolean };

/**
 * The pages of what a ZOQL query finds, one after the other. Paging is live: a record may come twice.
 *
 * @param onAnswer told of Zuora's clock when it answered first: what it saw later is in no record
 * @throws {ZuoraContractError} for an answer that is no page, an expired locator included
 */
export async function* queryPages(
  client: ZuoraClient,
  queryString: string,
  onAnswer: (answeredAt: number | undefined) => void = () => {},
): AsyncGenerator<RecordPage, undefined> {
  const first = await client.read("/v1/action/query", { queryString, conf: { batchSize } });
  onAnswer(first.answeredAt);
  let current = readPage(first);
  for (;;) {
    const { records = [], done, queryLocator } = current;
    yield { records, isLast: done };
    if (done) return;
    if (queryLocator === undefined)
      throw new ZuoraContractError("a page that is not the last has no queryLocator", envelope);
    const next = readPage(await client.read("/v1/action/queryMore", { queryLocator, conf: { batchSize } }));
    if (next.queryLocator === queryLocator && !next.done && (next.records ?? []).length === 0) {
      throw new ZuoraContractError("queryMore makes no progress", envelope);
    }
    current = next;
  }
}

/** Yields every record that a ZOQL query finds, as {@link queryPages} do. */
export async function* queryAll(...asked: Parameters<typeof queryPages>): AsyncGenerator<RawRecord> {
  for await (const { records } of queryPages(...asked)) yield* records;
}

const envelope = { scope: "envelope" } as const;

const readPage = ({ body, zuoraRequestId }: Answer) => {
  const parsed = page.safeParse(body);
  if (parsed.success) return parsed.data;
  const about = zuoraRequestId === undefined ? envelope : { ...envelope, zuoraRequestId };
  throw new ZuoraContractError(`a query answer that is no page: ${contractProblem(parsed.error)}`, about);
};

/**
 * Every record that any of the queries finds, parsed. Whoever needs all of them is served by none that is missing.
 *
 * @param what names a record in the message of the error
 * @throws {ZuoraContractError} for the first that does not parse, and as {@link queryPages}
 */
export async function* queryRecords<S extends z.ZodType>(
  client: ZuoraClient,
  what: string,
  schema: S,
  queries: readonly string[],
): AsyncGenerator<z.output<S>> {
  for (const query of queries) {
    for await (const raw of queryAll(client, query)) yield understood(schema, raw, what);
  }
}
