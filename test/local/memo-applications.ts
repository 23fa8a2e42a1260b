import * as z from "zod";
import { fromDecimal, type Money, toDecimal } from "../../functions/domain/money.ts";
import { runStartedAt } from "../../functions/domain/run-id.ts";
import type { ZuoraClient } from "../../functions/zuora/http/client.ts";
import type { ZuoraClock } from "../../functions/zuora/http/zuora-clock.ts";
import { objectQueryAll } from "../../functions/zuora/query/object-query.ts";
import type { ConfirmedAdjustment, TenantAccess } from "./run-adjustments.ts";

const application = z.object({
  creditMemoId: z.string(),
  accountId: z.string(),
  amount: z.unknown().transform((amount) => fromDecimal(String(amount))),
  createdById: z.string(),
  createdDate: z.string(),
});

/** Clocks that are further apart are nobody's: so far back is asked, before any answer has told Zuora's clock. */
const clockSkewMaxMs = 60 * 60_000;

/**
 * What Zuora itself recorded of credit memos that were applied in a run. An application names no run: it is known by who
 * made it, and by when.
 */
export const memoApplicationsOf = async (
  client: ZuoraClient,
  zuoraClock: ZuoraClock,
  access: TenantAccess,
  runId: string,
): Promise<readonly ConfirmedAdjustment[]> => {
  const startedAt = runStartedAt(runId) ?? 0;
  const user = await userOf(access);
  const filters = [`updateddate.GE:${new Date(startedAt - clockSkewMaxMs).toISOString()}`];
  const found = new Map<unknown, z.output<typeof application>>();
  for await (const record of objectQueryAll(client, "credit-memo-applications", { filters })) {
    found.set(record["id"], application.parse(record));
  }
  // This machine's clock began the run, and Zuora's dates what it did.
  const since = Math.min(startedAt, zuoraClock.at(startedAt));
  return [...found.values()]
    .filter(({ createdById, createdDate }) => createdById === user && Date.parse(createdDate) >= since)
    .map(({ creditMemoId, accountId, amount }) => appliedMemo(creditMemoId, accountId, amount));
};

/** An application of a memo. Zuora's answer to one names the memo and no application: so does this. */
export const appliedMemo = (creditMemoId: string, accountId: string, amount: Money): ConfirmedAdjustment => ({
  id: `${creditMemoId} ${toDecimal(amount)}`,
  accountId,
  type: "Decrease",
  amount,
});

const token = z.object({ scope: z.string() });

/** Zuora's id of the user that the credentials belong to, as its token says. */
const userOf = async ({ baseUrl, clientId, clientSecret }: TenantAccess): Promise<string | undefined> => {
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: "client_credentials" };
  const answer = await fetch(`${baseUrl}/oauth/token`, { method: "POST", body: new URLSearchParams(form) });
  const [, id] = /(?:^| )user\.([\w-]+)/.exec(token.parse(await answer.json()).scope) ?? [];
  return id?.replaceAll("-", "");
};
