import type * as z from "zod";
import type { MemoApplicationRecord, MemoRecords, PostedMemo } from "../../app/records/ports.ts";
import type { InvoiceId, InvoiceRef } from "../../domain/account.ts";
import { hasCreditMemos, type Mode } from "../../domain/credit/mode.ts";
import { startOfDay } from "../../domain/local-time.ts";
import { withAllChildren } from "../credit-memos/all-children.ts";
import { applicationRecord, isMadeBy } from "../credit-memos/application-records.ts";
import { invoiceRefs } from "../credit-memos/invoice-refs.ts";
import { memoWithApplications } from "../credit-memos/memo-records.ts";
import { ourUserOf } from "../credit-memos/our-user.ts";
import { isOfBilling } from "../credit-memos/to-credit-memo.ts";
import { createClient, type ZuoraClient } from "../http/client.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { instantOf } from "../query/fields.ts";
import { isIn, objectQueryAll } from "../query/object-query.ts";
import { understood } from "../query/understood.ts";
import { dateTime } from "../query/zoql.ts";

type Memo = z.output<typeof memoWithApplications>;
type Application = z.output<typeof applicationRecord>;

/**
 * Credit memos with all that they ever paid, by Object Query. A report that misses a record is wrong, so one that does
 * not parse fails it as a whole.
 *
 * @returns undefined where the mode has no memos
 */
export const createMemoRecords = (
  connection: Connection,
  invocation: Invocation,
  { mode, timeZone }: { readonly mode: Mode | undefined; readonly timeZone: string },
): MemoRecords | undefined => {
  if (!hasCreditMemos(mode)) return undefined;
  const client = createClient(connection, invocation);
  const told = async (memos: readonly Memo[], numbersSince: number): Promise<readonly PostedMemo[]> => {
    const ourUser = await ourUserOf(connection);
    const paid = memos.flatMap(({ creditMemoApplications }) => creditMemoApplications ?? []);
    const refTo = await invoiceRefs(
      client,
      paid.flatMap(({ invoiceId, createdDate }) =>
        typeof invoiceId !== "string" || createdDate < numbersSince ? [] : [invoiceId],
      ),
    );
    return memos.map((memo) => toPostedMemo(memo, { timeZone, refTo, ourUser }));
  };
  return {
    memosSince: async (instant, accountId) => {
      const own = accountId === undefined ? [] : [`accountid.EQ:${accountId}`];
      const since = `updateddate.GE:${dateTime(instant)}`;
      const [left, changed, applications] = await Promise.all([
        readMemos(client, ["balance.GT:0", ...own]),
        readMemos(client, [since, ...own]),
        readApplications(client, [since, ...own]),
      ]);
      const known = new Map([...left, ...changed].map((memo) => [memo.id, memo]));
      // That an application changes its memo is not documented.
      const unknown = new Set(
        applications.flatMap(({ creditMemoId }) => (known.has(creditMemoId) ? [] : creditMemoId)),
      );
      for (const some of isIn("id", [...unknown])) {
        for (const memo of await readMemos(client, [some])) known.set(memo.id, memo);
      }
      return told([...known.values()], instant);
    },
    memosOfAccount: async (accountId) =>
      told(await readMemos(client, [`accountid.EQ:${accountId}`]), Number.NEGATIVE_INFINITY),
  };
};

/** Posted ones; paging is live, so that one may come twice. */
const readMemos = async (client: ZuoraClient, filters: readonly string[]): Promise<readonly Memo[]> => {
  const memos = new Map<string, Memo>();
  const query = { filters: ["status.EQ:Posted", ...filters], expand: ["creditmemoapplications"] };
  for await (const raw of objectQueryAll(client, "credit-memos", query)) {
    const memo = understood(memoWithApplications, await withAllChildren(client, raw), "a credit memo");
    memos.set(memo.id, memo);
  }
  return [...memos.values()];
};

const readApplications = async (client: ZuoraClient, filters: readonly string[]): Promise<readonly Application[]> => {
  const applications = new Map<string, Application>();
  for await (const raw of objectQueryAll(client, "credit-memo-applications", { filters })) {
    const application = understood(applicationRecord, raw, "an application of a credit memo");
    applications.set(application.id, application);
  }
  return [...applications.values()];
};

type Known = {
  readonly timeZone: string;
  readonly refTo: (id: InvoiceId) => InvoiceRef;
  readonly ourUser: string;
};

const toPostedMemo = (memo: Memo, known: Known): PostedMemo => ({
  id: memo.id,
  number: memo.memoNumber,
  accountId: memo.accountId,
  currency: memo.currency,
  amount: memo.totalAmount,
  unapplied: memo.balance,
  refunded: memo.refundAmount,
  // A bare day begins at its beginning; without any, the memo's own date has to do.
  postedAt: instantOf(memo.postedOn) ?? startOfDay(known.timeZone, (memo.postedOn ?? memo.memoDate).slice(0, 10)),
  updatedAt: instantOf(memo.updatedDate),
  isExcluded: memo.excludeFromAutoApplyRules === true,
  isStanding: !isOfBilling(memo.sourceType),
  applications: (memo.creditMemoApplications ?? []).map((each) => toApplication(memo, each, known)),
});

const toApplication = (memo: Memo, application: Application, { refTo, ourUser }: Known): MemoApplicationRecord => {
  const { id, amount, createdDate: createdAt, createdById: createdBy } = application;
  const { invoiceId } = application;
  return {
    id,
    accountId: memo.accountId,
    creditMemo: { id: memo.id, number: memo.memoNumber },
    invoice: invoiceId === undefined ? undefined : refTo(invoiceId),
    currency: memo.currency,
    amount,
    createdAt,
    createdBy,
    isOurs: isMadeBy(application, ourUser),
  };
};
