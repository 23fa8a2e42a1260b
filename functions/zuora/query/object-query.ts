import * as z from "zod";
import { slices } from "../../app/slices.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "./fields.ts";
import type { RawRecord } from "./query.ts";

/** Zuora's largest page; children that are expanded are cut at as many. */
const objectQueryPageSize = 99;

/** Whether children that were expanded may be more than are shown. */
export const isCut = (children: unknown): boolean => Array.isArray(children) && children.length >= objectQueryPageSize;

const page = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  // Null or absent on the last page.
  nextPage: z.string().min(1).optional(),
});

/** One condition as Object Query writes it, such as `balance.GT:0`. Fields are in small letters. */
type Filter = string;

/** What to ask, beside the page. */
export type ObjectQuery = { readonly filters: readonly Filter[]; readonly expand?: readonly string[] };

/** As many ids of 32 characters as an address takes with ease. */
const valuesPerFilter = 50;

/** Any of these ids, in as few filters as there must be: each is for a query of its own. */
export const isIn = (field: string, ids: readonly string[]): readonly Filter[] =>
  slices(ids, valuesPerFilter).map((some) => `${field}.IN:[${some.join(",")}]`);

/**
 * Yields every record of a collection that meets all filters, page by page. Paging is live: a record may come twice.
 *
 * @param collection such as `credit-memos`
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export async function* objectQueryAll(
  client: ZuoraClient,
  collection: string,
  { filters, expand = [] }: ObjectQuery,
): AsyncGenerator<RawRecord> {
  const asked = [
    `pageSize=${objectQueryPageSize}`,
    ...filters.map((filter) => `filter[]=${encodeURIComponent(filter)}`),
    ...expand.map((child) => `expand[]=${child}`),
  ].join("&");
  let cursor: string | undefined;
  do {
    const next = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { body, zuoraRequestId } = await client.get(`/object-query/${collection}?${asked}${next}`);
    const parsed = page.safeParse(body);
    if (!parsed.success) {
      const text = `${collection}: an answer that is no page: ${contractProblem(parsed.error)}`;
      throw new ZuoraContractError(text, { zuoraRequestId, scope: "envelope" });
    }
    yield* parsed.data.data;
    const { nextPage } = parsed.data;
    if (nextPage !== undefined && nextPage === cursor) {
      throw new ZuoraContractError(`${collection}: paging makes no progress`, { zuoraRequestId, scope: "envelope" });
    }
    cursor = nextPage ?? undefined;
  } while (cursor !== undefined);
}
