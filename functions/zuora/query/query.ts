import * as z from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { Answer } from "../http/answer.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "./fields.ts";

/** Rows per page; Zuora's maximum. */
const batchSize = 2000;

const page = z.object({
  records: z.array(z.record(z.string(), z.unknown())).optional(),
  done: z.boolean(),
  queryLocator: z.string().min(1).optional(),
});

/** A record as it came: numbers are text, null fields are absent. */
export type RawRecord = Readonly<Record<string, unknown>>;

/**
 * Yields every record that a ZOQL query finds, page by page. Paging is live: a record may come twice.
 *
 * @throws {ZuoraContractError} for an answer that is no page, an expired locator included
 */
export async function* queryAll(client: ZuoraClient, queryString: string): AsyncGenerator<RawRecord> {
  let current = readPage(await client.read("/v1/action/query", { queryString, conf: { batchSize } }));
  for (;;) {
    yield* current.records ?? [];
    if (current.done) return;
    const { queryLocator } = current;
    if (queryLocator === undefined)
      throw new ZuoraContractError("a page that is not the last has no queryLocator", envelope);
    const next = readPage(await client.read("/v1/action/queryMore", { queryLocator, conf: { batchSize } }));
    if (next.queryLocator === queryLocator && !next.done && (next.records ?? []).length === 0) {
      throw new ZuoraContractError("queryMore makes no progress", envelope);
    }
    current = next;
  }
}

const envelope = { scope: "envelope" } as const;

const readPage = ({ body, zuoraRequestId }: Answer) => {
  const parsed = page.safeParse(body);
  if (parsed.success) return parsed.data;
  const about = zuoraRequestId === undefined ? envelope : { ...envelope, zuoraRequestId };
  throw new ZuoraContractError(`a query answer that is no page: ${contractProblem(parsed.error)}`, about);
};
