import { fileURLToPath } from "node:url";
import type { Clock } from "../../functions/app/ports.ts";
import type { InvoiceItems } from "../../functions/app/settle/ports.ts";
import { slices } from "../../functions/app/slices.ts";
import { systemClock } from "../../functions/aws/clock.ts";
import type { AccountState } from "../../functions/domain/account.ts";
import type { CreditBalanceStep } from "../../functions/domain/credit/step.ts";
import { plan } from "../../functions/domain/plan.ts";
import { policySchema } from "../../functions/domain/policy.ts";
import { createAdjustments } from "../../functions/zuora/adjustments/create-adjustments.ts";
import { createClient, type ZuoraClient } from "../../functions/zuora/http/client.ts";
import { connect } from "../../functions/zuora/http/connect.ts";
import { createGotTransport } from "../../functions/zuora/http/got-transport.ts";
import { processorPatience } from "../../functions/zuora/http/retry.ts";
import type { Transport } from "../../functions/zuora/http/transport.ts";
import { toAccountState } from "../../functions/zuora/ledger/account-state.ts";
import { readInvoiceItems } from "../../functions/zuora/ledger/invoice-items.ts";
import { accountRecord, invoiceRecord } from "../../functions/zuora/query/account-records.ts";
import { readRecords } from "../../functions/zuora/query/shared-read.ts";
import { quoted, selectAny } from "../../functions/zuora/query/zoql.ts";
import { createCandidates } from "../../functions/zuora/scan/candidates.ts";
import { everything } from "../local/policy.ts";
import { client as credentials } from "./tenant.ts";

/** Accounts that fill whole queries and whole creates. */
const accountsTogether = 400;

const rowsPerCreate = 50;

const policy = policySchema.parse(everything);
const runId = "zcs-floor";
const invocation = { trackId: runId, remainingMs: () => Number.POSITIVE_INFINITY };

const invoiceFields = ["Id", "AccountId", "InvoiceNumber", "Status", "Amount", "Balance", "InvoiceDate", "DueDate"];

type FloorDeps = { readonly transport: Transport; readonly clock: Clock; readonly concurrency: number };

/**
 * Settles a tenant with the fewest calls that Zuora's limits allow of any design: 200 conditions a query, 2,000 rows a
 * page, 50 rows a create whose they may be; nothing but what the plan needs is read, nothing is made sure of, and there
 * is no queue. As many calls at a time as there may be, of the scan as well.
 */
export const settleAtFloor = async ({ transport, clock, concurrency }: FloorDeps): Promise<void> => {
  const connection = connect({
    transport,
    credentials: { read: async () => credentials },
    clock,
    random: Math.random,
    telemetry: { info: () => {}, warn: () => {}, count: () => {} },
    patience: processorPatience,
    timeoutMs: 130_000,
    concurrency,
    busyPauseMs: 1_000,
  });
  const client = createClient(connection, invocation);
  let keys = 0;
  const create = (steps: readonly CreditBalanceStep[]) =>
    Promise.all(
      slices(steps, rowsPerCreate).map(async (rows) => {
        keys += 1;
        const adjustments = rows.map((step) => ({ step, runId }));
        return createAdjustments(client, adjustments, {}, { key: `floor-${keys}` });
      }),
    );
  const ids = new Set<string>();
  const candidates = createCandidates(connection, invocation, undefined, { parts: concurrency });
  for await (const { accountId } of candidates.negativeInvoices(undefined)) ids.add(accountId);
  await Promise.all(
    slices([...ids], accountsTogether).map(async (together) => {
      const steps = (await readStates(client, together)).flatMap((state) => plan(state, policy).steps);
      await create(steps.filter((step) => step.kind === "TransferToCreditBalance"));
      await create(steps.filter((step) => step.kind === "ApplyCreditBalance"));
    }),
  );
};

const readStates = async (client: ZuoraClient, ids: readonly string[]): Promise<readonly AccountState[]> => {
  const shared = { client, ids, problems: new Map() };
  const ofAccounts = ids.map((id) => [`Id = ${quoted(id)}`]);
  const ofInvoices = ids.map((id) => [`AccountId = ${quoted(id)}`, "Balance != 0"]);
  const accountFields = ["Id", "AccountNumber", "Status", "Currency", "CreditBalance"];
  const [accounts, invoices] = await Promise.all([
    readRecords(shared, selectAny(accountFields, "Account", ofAccounts), accountRecord, "Id"),
    readRecords(shared, selectAny(invoiceFields, "Invoice", ofInvoices), invoiceRecord, "AccountId"),
  ]);
  const items = await readInvoiceItems(
    client,
    invoices.map(({ record }) => record.Id),
  );
  const invoicesOf = Map.groupBy(invoices, ({ owner }) => owner);
  return accounts.map(({ owner, record, raw }) => {
    const state = toAccountState({
      record,
      raw,
      invoices: (invoicesOf.get(owner) ?? []).map((each) => each.record),
      canceledSources: new Set(),
      creditMovements: undefined,
      isPaymentProcessing: false,
      isBeingCollected: () => false,
      judgedAt: 0,
      changedAt: undefined,
      optOutField: undefined,
      timeZone: "UTC",
      today: "2999-12-31",
    });
    const numbersOf = (id: string) => (items.get(id) as InvoiceItems).subscriptionNumbers;
    return { ...state, invoices: state.invoices.map((each) => ({ ...each, subscriptionNumbers: numbersOf(each.id) })) };
  });
};

/** The same in a process of its own, over HTTP. */
export const floorProgram = fileURLToPath(import.meta.url);

if (import.meta.main) {
  const [url = "", concurrency = "20"] = process.argv.slice(2);
  const startedAt = performance.now();
  const transport = createGotTransport(url, 130_000);
  await settleAtFloor({ transport, clock: systemClock, concurrency: Number(concurrency) });
  process.stdout.write(JSON.stringify({ ms: performance.now() - startedAt }));
}
