import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Mode } from "../../../functions/domain/credit/mode.ts";
import { formatMoney } from "../../../functions/domain/currency.ts";
import { add, fromDecimal, type Money, zero } from "../../../functions/domain/money.ts";
import { everything } from "../../local/policy.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { addCreditMemo } from "../../zuora-simulator/credit-memos/build-memo.ts";
import { owedBy } from "../../zuora-simulator/hands.ts";
import { seedTenant } from "../../zuora-simulator/seed-tenant.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import { kindFor } from "../../zuora-simulator/tenant-kind.ts";
import { startZuoraServer, type ZuoraServer } from "../../zuora-simulator/zuora-server.ts";
import { idleCredit, recordedTotals } from "./idle-credit.ts";
import { client, runStart } from "./run-start.ts";

/** Seeded invoices lie around noon; what is dated by this day has been there for hours. */
const today = new Date().toISOString().slice(0, 10);

const servers: ZuoraServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const openTenant = async (mode: Mode): Promise<ZuoraServer> => {
  const kind = kindFor(mode);
  const store = seedTenant({ accounts: 100, seed: 9, today, kind });
  const server = await startZuoraServer({ ...client, store, kind });
  servers.push(server);
  return server;
};

const start = async ({ url }: ZuoraServer, mode: Mode, ...flags: readonly string[]) => {
  const { report, ...ended } = await runStart(url, ["--mode", mode, "--backoff-max", "1", ...flags]);
  if (report === undefined) throw new Error(`no report: ${ended.err}`);
  return { ...ended, report };
};

const positions = ({ tenant: { store } }: ZuoraServer) => ({
  credit: store.accounts.rows.map(({ CreditBalance }) => CreditBalance.toFixed()),
  invoices: store.invoices.rows.map(({ Balance }) => Balance.toFixed()),
  memos: store.creditMemos.rows.map(({ unappliedAmount }) => unappliedAmount.toFixed()),
});

describe("the same customers in a tenant of each kind", { timeout: 120_000 }, () => {
  it.each<[Mode, readonly string[]]>([
    ["credit-balance", []],
    ["credit-memos", ["excluded-memo", "negative-invoice-under-settlement"]],
    ["both", []],
  ])("are settled by npm start -- --mode %s, once and for all", async (mode, ownReasons) => {
    const zuora = await openTenant(mode);
    const { tenant } = zuora;
    const owed = tenant.store.accounts.rows.map(({ Id }) => owedBy(tenant, Id).toFixed());
    const before = tenant.store.creditMemoApplications.rows.length;

    const first = await start(zuora, mode);
    expect({ status: first.status, err: first.err }).toMatchObject({ status: 0 });
    const { report } = first;
    expect(report).toMatchObject({ mode, outcomes: { deadLettered: 0, pending: 0 } });
    expect(idleCredit(tenant.store, report.held, today)).toEqual([]);
    const told = report.totals.map(({ currency, transferred, applied }) => ({ currency, transferred, applied }));
    expect(told).toEqual(recordedTotals(tenant.store, report.runId, before));
    expect(told.length).toBeGreaterThan(3);
    expect(tenant.store.accounts.rows.map(({ Id }) => owedBy(tenant, Id).toFixed())).toEqual(owed);
    const reasons = new Set(report.held.map(({ reason }) => reason));
    for (const reason of ["future-dated", "cancelled-by-person", ...ownReasons]) expect(reasons).toContain(reason);
    expect(`${first.out}${first.err}`).not.toContain("@");

    const settled = positions(zuora);
    const second = await start(zuora, mode);
    expect(second.report.zuora.writes).toBe(0);
    expect(positions(zuora)).toEqual(settled);
  });
});

it("an invoice of too many items is held, counted or told by Zuora, and stops no other of its account", async () => {
  const kind = kindFor("credit-memos");
  const store = seedTenant({ accounts: 0, seed: 9, today, kind });
  const items = Array.from({ length: 1_001 }, () => ({ amount: "0.01" }));
  const withLong = (credit: string) => {
    const invoices = [
      { amount: "10.01", invoiceDate: today, items },
      { amount: "5.00", invoiceDate: today },
    ];
    const account = addAccount(store, { invoices });
    addCreditMemo(store, account, { amount: credit, memoDate: today });
    return account.Id;
  };
  // The first is counted, since its memo cannot pay both; of the second Zuora says so.
  const accounts = [withLong("8.00"), withLong("30.00")];
  const zuora = await startZuoraServer({ ...client, store, kind });
  servers.push(zuora);
  const { report } = await start(zuora, "credit-memos");
  const balances = accounts.map((id) => store.invoices.where("AccountId", id).map(({ Balance }) => Balance.toFixed()));
  expect(balances).toEqual([
    ["10.01", "0"],
    ["10.01", "0"],
  ]);
  expect(report.held.map(({ reason }) => reason)).toEqual(["too-many-items", "too-many-items"]);
  expect(idleCredit(store, report.held, today)).toEqual([]);
  expect(report.outcomes).toMatchObject({ held: 2, deadLettered: 0, pending: 0 });
}, 60_000);

it("a memo pays the very items that it credits where the policy asks for that, and where Zuora refuses, the invoice", async () => {
  const kind = kindFor("credit-memos");
  const store = seedTenant({ accounts: 0, seed: 9, today, kind });
  const crediting = (amount: string) => {
    const invoice = { amount: "30.00", invoiceDate: today, items: [{ amount: "10.00" }, { amount: "20.00" }] };
    const account = addAccount(store, { invoices: [invoice] });
    const [, item] = store.invoiceItems.where("InvoiceId", store.invoices.where("AccountId", account.Id)[0]?.Id ?? "");
    const memo = addCreditMemo(store, account, { amount, memoDate: today, creditFromItemId: item?.Id ?? "" });
    return { memo, item };
  };
  // The second is more than the item that it credits.
  const [exact, above] = [crediting("8.00"), crediting("25.00")];
  const zuora = await startZuoraServer({ ...client, store, kind });
  servers.push(zuora);
  const folder = await mkdtemp(join(tmpdir(), "source-item-"));
  const file = join(folder, "policy.json");
  await writeFile(file, JSON.stringify({ ...everything, creditMemoApplicationRule: "source-item" }));
  const { report } = await start(zuora, "credit-memos", "--policy", file);
  await rm(folder, { recursive: true });
  const itemsPaidBy = (memoId: string) =>
    store.creditMemoParts
      .where("creditMemoId", memoId)
      .flatMap(({ items }) => items.map(({ invoiceItemId, amount }) => [invoiceItemId, amount.toFixed()]));
  expect(itemsPaidBy(exact.memo.id)).toEqual([[exact.item?.Id, "8"]]);
  expect(itemsPaidBy(above.memo.id)).toHaveLength(2);
  expect([exact.memo.unappliedAmount.toFixed(), above.memo.unappliedAmount.toFixed()]).toEqual(["0", "0"]);
  expect(report).toMatchObject({ outcomes: { settled: 2, deadLettered: 0 }, zuora: { writes: 3 } });
}, 60_000);

describe("what customers paid and no invoice took", { timeout: 120_000 }, () => {
  const paidByPayments = ({ paymentApplications, accounts }: Store) => {
    const sums = new Map<string, Money>();
    for (const { accountId, applyAmount } of paymentApplications.rows) {
      const currency = accounts.one("Id", accountId)?.Currency ?? "";
      sums.set(currency, add(sums.get(currency) ?? zero, applyAmount));
    }
    return sums;
  };

  it("pays after all credit where the policy says so, once and for all", async () => {
    const mode = "both";
    const zuora = await openTenant(mode);
    const { store } = zuora.tenant;
    const owed = store.accounts.rows.map(({ Id }) => owedBy(zuora.tenant, Id).toFixed());
    const before = store.creditMemoApplications.rows.length;
    const folder = await mkdtemp(join(tmpdir(), "unapplied-payments-"));
    const file = join(folder, "policy.json");
    await writeFile(file, JSON.stringify({ ...everything, unappliedPayments: "apply" }));
    const { report } = await start(zuora, mode, "--policy", file);
    expect(report.outcomes).toMatchObject({ deadLettered: 0, pending: 0 });
    const byPayments = paidByPayments(store);
    expect(byPayments.size).toBeGreaterThan(1);
    const byCredit = new Map(
      recordedTotals(store, report.runId, before).map(({ currency, applied }) => [currency, fromDecimal(applied)]),
    );
    for (const { currency, applied } of report.totals) {
      const sum = add(byPayments.get(currency) ?? zero, byCredit.get(currency) ?? zero);
      expect([currency, applied]).toEqual([currency, formatMoney(sum, currency)]);
    }
    expect(idleCredit(store, report.held, today)).toEqual([]);
    expect(store.accounts.rows.map(({ Id }) => owedBy(zuora.tenant, Id).toFixed())).toEqual(owed);
    expect((await start(zuora, mode, "--policy", file)).report.zuora.writes).toBe(0);
    await rm(folder, { recursive: true });
  });

  it("is refused as a rule of a mode that has no such thing, in one line", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unapplied-payments-"));
    const file = join(folder, "policy.json");
    await writeFile(file, JSON.stringify({ ...everything, unappliedPayments: "apply" }));
    const { status, err } = await runStart("http://127.0.0.1:9", ["--mode", "credit-balance", "--policy", file]);
    await rm(folder, { recursive: true });
    expect(status).toBe(2);
    expect(err).toContain("--policy: expected unappliedPayments leave: in mode credit-balance");
  });
});
