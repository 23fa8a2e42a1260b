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

/** What records are, and whose. */
type Reading<S extends z.ZodType> = {
  readonly schema: S;
  /** The field that holds the account's id. */
  readonly ownerField: string;
  readonly idOf: (record: z.output<S>) => string;
  /** What of the records is looked at; the rest is none of ours, whatever it looks like. Absent: all. */
  readonly isMeant?: (raw: RawRecord) => boolean;
  /** Names one in messages. */
  readonly what?: string;
};

/**
 * Parses record by record: one that does not match condemns its own account, with the path that did not match.
 * A record that comes twice, since paging is live, counts once.
 *
 * @throws {ZuoraContractError} for a record of an account that was not asked for
 */
export const readOwned = async <S extends z.ZodType>(
  { ids, problems }: Pick<SharedRead, "ids" | "problems">,
  streams: readonly AsyncIterable<RawRecord>[],
  { schema, ownerField, idOf, isMeant = () => true, what = "a record" }: Reading<S>,
): Promise<readonly OwnedRecord<S>[]> => {
  const asked = new Set<unknown>(ids);
  const records = new Map<string, OwnedRecord<S>>();
  const readOne = async (stream: AsyncIterable<RawRecord>) => {
    for await (const raw of stream) {
      const owner = raw[ownerField];
      if (typeof owner !== "string" || !asked.has(owner)) {
        throw new ZuoraContractError(`${what} of an account that was not asked for`, { scope: "envelope" });
      }
      if (!isMeant(raw)) continue;
      const parsed = schema.safeParse(raw);
      if (parsed.success) records.set(idOf(parsed.data), { owner, record: parsed.data, raw });
      else
        problems.set(owner, new ZuoraContractError(`${what}: ${contractProblem(parsed.error)}`, { scope: "record" }));
    }
  };
  await Promise.all(streams.map(readOne));
  return [...records.values()];
};

/** What ZOQL queries find, as {@link readOwned} reads it. */
export const readRecords = <S extends z.ZodType<{ Id: string }>>(
  shared: SharedRead,
  queries: readonly string[],
  schema: S,
  ownerField: "Id" | "AccountId",
  isMeant?: (raw: RawRecord) => boolean,
): Promise<readonly OwnedRecord<S>[]> =>
  readOwned(
    shared,
    queries.map((query) => queryAll(shared.client, query)),
    { schema, ownerField, idOf: ({ Id }) => Id, ...(isMeant === undefined ? {} : { isMeant }) },
  );
