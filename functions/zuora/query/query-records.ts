import type { z } from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "./fields.ts";
import { queryAll } from "./query.ts";

/**
 * Every record that any of the queries finds, parsed. Whoever needs all of them is served by none that is missing.
 *
 * @param what names a record in the message of the error
 * @throws {ZuoraContractError} for the first that does not parse, and as {@link queryAll}
 */
export async function* queryRecords<S extends z.ZodType>(
  client: ZuoraClient,
  what: string,
  schema: S,
  queries: readonly string[],
): AsyncGenerator<z.output<S>> {
  for (const query of queries) {
    for await (const raw of queryAll(client, query)) {
      const parsed = schema.safeParse(raw);
      if (!parsed.success) {
        throw new ZuoraContractError(`${what}: ${contractProblem(parsed.error)}`, { scope: "envelope" });
      }
      yield parsed.data;
    }
  }
}
