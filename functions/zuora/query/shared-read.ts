import type { z } from "zod";
import type { AccountId } from "../../domain/account.ts";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "./fields.ts";
import { queryAll, type RawRecord } from "./query.ts";

/** A record with the account that it belongs to, parsed and as it came. */
export type OwnedRecord<S extends z.ZodType> = {
  readonly owner: AccountId;
  readonly record: z.output<S>;
  readonly raw: RawRecord;
};

/** What a shared read is about: the accounts asked for, and those of them that had a record beyond understanding. */
export type SharedRead = {
  readonly client: ZuoraClient;
  readonly ids: readonly AccountId[];
  readonly problems: Map<AccountId, ZuoraContractError>;
};

/**
 * Parses record by record: one that does not match condemns its own account, with the path that did not match.
 * A record that comes twice, since paging is live, counts once.
 *
 * @param ownerField the field that holds the account's id
 * @param isMeant what of the records is looked at; the rest is none of ours, whatever it looks like
 */
export const readRecords = async <S extends z.ZodType<{ Id: string }>>(
  { client, ids, problems }: SharedRead,
  queries: readonly string[],
  schema: S,
  ownerField: "Id" | "AccountId",
  isMeant: (raw: RawRecord) => boolean = () => true,
): Promise<readonly OwnedRecord<S>[]> => {
  const asked = new Set<unknown>(ids);
  const records = new Map<string, OwnedRecord<S>>();
  const readOne = async (query: string) => {
    for await (const raw of queryAll(client, query)) {
      const owner = raw[ownerField];
      if (typeof owner !== "string" || !asked.has(owner)) {
        throw new ZuoraContractError("a record of an account that was not asked for", { scope: "envelope" });
      }
      if (!isMeant(raw)) continue;
      const parsed = schema.safeParse(raw);
      if (parsed.success) records.set(parsed.data.Id, { owner, record: parsed.data, raw });
      else problems.set(owner, new ZuoraContractError(contractProblem(parsed.error), { scope: "record" }));
    }
  };
  await Promise.all(queries.map(readOne));
  return [...records.values()];
};
