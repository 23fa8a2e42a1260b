import { toDecimal, zero } from "../../../functions/domain/money.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { type Billed, billTotal, makesMemos } from "../../zuora-simulator/credit-memos/bill.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import type { Collecting } from "./collections.ts";
import type { Chance } from "./random.ts";
import { approve, runScan, type World } from "./system.ts";
import { minuteMs, seconds } from "./timetable.ts";

/**
 * A bill run owes two customers more than the guard allows. While its refusal waits for a person, another one adds to
 * what one of them is owed, and often the other is corrected, so that both are owed less than was shown; the refusal is
 * approved, and what was wrong is corrected some minutes later. Nothing of the account that has changed may have moved
 * by then: together it is beyond the guard on its own.
 *
 * @param gatewaysAnswer whether the first scan to look may meet gateways that answer for Zuora
 */
export const billWrongly = async (
  { world, tenant }: Collecting,
  chance: Chance,
  gatewaysAnswer: boolean,
): Promise<void> => {
  if (!chance.hits(0.3)) return;
  const { time, faults, violations } = world;
  const { store } = tenant;
  await time.sleep(seconds(chance, 60 * 60));
  // Customers whom nobody charges, and nothing of whose is under way; memos alone are no work.
  const owing = makesMemos(tenant.kind) ? { invoices: [{ amount: "200000.00" }] } : {};
  const [changed, unchanged] = [0, 1].map(() => addAccount(store, { AutoPay: false, ...owing }, time.now()));
  if (changed === undefined || unchanged === undefined) throw new RangeError("two accounts");
  const bill = (account: typeof changed, amount: string) => billTotal(tenant, account, { amount }, time.now());
  const postedAt = time.now();
  const shown = [bill(changed, "-60000.00"), bill(unchanged, "-60000.00")];
  if (gatewaysAnswer && chance.hits(0.5)) await scanWithoutPaymentRuns(world);
  const runId = await refusedSince(world, postedAt);
  if (runId === undefined) {
    for (const billed of shown) correct(store, billed, time.now());
    return;
  }
  await time.sleep(seconds(chance, 60));
  const added = bill(changed, "-50000.00");
  if (shown[1] !== undefined && chance.hits(0.5)) correct(store, shown[1], time.now());
  await time.sleep(seconds(chance, 60));
  if (await approve(world, runId)) faults.count("refused-scan-approved");
  await time.sleep(3 * minuteMs);
  // A page that passes one of them by shows the guard less than it allows.
  const isPassedBy = [changed, unchanged].some(({ Id }) =>
    world.front.rowsPassedBy.some(({ at, accountIds }) => at >= postedAt && accountIds.has(Id)),
  );
  for (const billed of isPassedBy ? [] : [shown[0], added]) {
    const moved = billed === undefined ? undefined : movedOf(store, billed);
    if (moved !== undefined) violations.push(`${moved} moved more than was approved`);
  }
  // Where nobody could approve, all of it was wrong.
  for (const billed of [...shown, added]) correct(store, billed, time.now());
};

/** The number of what was billed, as the store holds it now, where some of it moved. */
const movedOf = (store: Store, billed: Billed): string | undefined => {
  if (billed.kind === "memo") {
    const memo = store.creditMemos.one("id", billed.memo.id);
    return memo?.unappliedAmount.eq(memo.amount) === false ? memo.number : undefined;
  }
  const invoice = store.invoices.one("Id", billed.invoice.Id);
  return invoice?.Balance.eq(invoice.Amount) === false ? invoice.InvoiceNumber : undefined;
};

/** Somebody adjusts the invoice, or cancels the memo: nothing is owed on it any more. */
const correct = (store: Store, billed: Billed, now: number): void => {
  if (billed.kind === "memo") {
    const memo = store.creditMemos.one("id", billed.memo.id);
    if (memo?.unappliedAmount.gt(0))
      Object.assign(memo, { status: "Canceled", unappliedAmount: zero, updatedDate: now });
    return;
  }
  const invoice = store.invoices.one("Id", billed.invoice.Id);
  if (invoice === undefined || toDecimal(invoice.Balance) === "0") return;
  invoice.Balance = zero;
  invoice.UpdatedDate = now;
};

/**
 * What a scan asks first is about payment runs: a gateway answers that for as long as it is asked, and tells no time.
 * Its page of HTML is believed by nobody, so that processors wait meanwhile.
 */
const scanWithoutPaymentRuns = async (world: World): Promise<void> => {
  const { faults, front } = world;
  faults.count("gateway-knows-no-payment-runs");
  front.misroutes = ({ path }) => path.startsWith("/v1/payment-runs") && "to-html";
  await runScan(world, "incremental");
  front.misroutes = undefined;
};

/** The run of a refused scan that has seen what was posted; undefined where none was refused within twenty minutes. */
const refusedSince = async ({ time, refusedScans }: World, postedAt: number): Promise<string | undefined> => {
  for (let tries = 0; tries < 80; tries += 1) {
    await time.sleep(15_000);
    const { incremental, full } = await refusedScans.read();
    const refused = [incremental, full].find((each) => each !== undefined && each.startedAt > postedAt + 1_000);
    if (refused !== undefined) return refused.runId;
  }
  return undefined;
};
