import {
  type AccountState,
  type CreditMemoRef,
  hasOthersCredit,
  type Invoice,
  type InvoiceRef,
  isNegative,
  isOpen,
  isSource,
  refTo,
  type UnappliedPayment,
  unappliedIn,
} from "./account.ts";
import { keptCredit } from "./credit/kept-credit.ts";
import { hasChoice, needsSourceItems, payInvoices, unreached } from "./credit/pay-invoices.ts";
import { paysInvoice, type Step } from "./credit/step.ts";
import {
  type Hold,
  type HoldReason,
  holdOfAccount,
  holdOfCreditMemo,
  holdOfInvoice,
  holdOfPayment,
  isOfWholeAccount,
} from "./hold.ts";
import { add, type Money, negate, subtract, sum, zero } from "./money.ts";
import { appliesPayments, type Policy } from "./policy.ts";

/** What to do about one account now, and what is left to people. Settled means: no steps. */
export type Plan = {
  readonly steps: readonly Step[];
  /** What follows the steps, by another plan, once they are done and were read back; absent where nothing does. */
  readonly later?: readonly Step[] | undefined;
  readonly holds: readonly Hold[];
};

/**
 * Decides the steps that settle one account. Pure: same state and policy, same plan.
 *
 * The plan is exhaustive: carried out, it leaves no negative invoice that is not held, and either the credit or
 * the open invoices are used up. So every amount but the last exhausts its invoice, and the last the credit, and
 * whoever repeats a step is refused. Only where a part of the credit is kept (and a hold without invoice says so) might
 * Zuora take the last step twice, at the cost of that part. Where credit balance and memos both pay one invoice, they
 * take turns, with a reading in between: what is not in turn yet is `later`.
 *
 * Whatever part of a plan is carried out, in whatever order, the same is planned of the rest.
 */
export const plan = (state: AccountState, policy: Policy): Plan => {
  const reason = holdOfAccount(state, policy);
  if (reason !== undefined) return { steps: [], holds: hasWork(state, policy) ? [{ reason }] : [] };

  const { free, held } = partition(state, policy);
  const transfers = free.filter(isNegative).map(transferAll);
  const credit = add(state.creditBalance, sum(transfers.map((step) => step.amount)));
  const kept = keptCredit(state, policy);
  const available = subtract(credit, sum(kept.map(({ amount }) => amount)));
  const open = free.filter(isOpen);
  const memos = memosOf(state, policy);
  const payments = paymentsOf(state, policy);
  const money = { memos: memos.free, balance: available, payments: payments.free };
  const wanted = payInvoices(open, money, state.invoices, policy);
  const wait = reasonNotToApply(state, policy, wanted);
  const { now, later } = wait === undefined ? wanted : { now: [], later: [] };
  const toApply = unappliedIn([...memos.free, ...payments.free]);
  const idle = subtract(add(credit, toApply), sum([...now, ...later].map((step) => step.amount)));

  const steps: readonly Step[] = [...transfers, ...now];
  if (isOverAccountLimit([...steps, ...later], state, policy))
    return { steps: [], holds: [{ reason: "over-account-limit" }] };

  const holds = held.filter(({ invoice, hold }) => isWorthTelling(invoice, hold, idle)).map(({ hold }) => hold);
  // Credit that is kept concerns nobody where the rest pays everything.
  const isMissed = sum(open.map(({ balance }) => balance)).gt(add(available, toApply));
  const heldApart = [...memos.held, ...payments.held].filter(
    ({ reason }) => isMissed || reason === "cancelled-by-person",
  );
  const unreachable = unreached(open, [...memos.free, ...payments.free], [...now, ...later]).map(
    (invoice): Hold => ({ reason: "too-many-items", invoice: refTo(invoice) }),
  );
  const reasons: readonly HoldReason[] = [
    ...(wait === undefined ? [] : [wait]),
    ...(isMissed ? kept.map((each) => each.reason) : []),
  ];
  return {
    steps,
    ...(later.length === 0 ? {} : { later }),
    holds: [...holds, ...unreachable, ...heldApart, ...reasons.map((reason) => ({ reason }))],
  };
};

/** Everything that an account needs, also what is not in turn yet. */
export const stepsInAll = ({ steps, later = [] }: Plan): readonly Step[] => [...steps, ...later];

/**
 * Whether a part of the credit is kept that could pay for the repetition of a plan's last application: where it would be
 * of use, and where what comes later has not paid its part of an invoice yet.
 */
export const keepsCredit = ({ holds, later }: Plan, state: AccountState): boolean =>
  (later !== undefined && hasOthersCredit(state)) ||
  holds.some(
    (hold) =>
      isOfWholeAccount(hold) && (hold.reason === "standing-credit-left" || hold.reason === "cancelled-by-person"),
  );

/**
 * Whether `plan` needs the items of this account's invoices: only where credit cannot pay every open invoice and some
 * source prefers one of them, or where several memos could, and where memos are to pay the very items that they credit.
 * Everywhere else a look-up would change nothing.
 */
export const needsInvoiceItems = (state: AccountState, policy: Policy): boolean => {
  if (holdOfAccount(state, policy) !== undefined || policy.application === "transfer-only") return false;
  const { free } = partition(state, policy);
  const open = free.filter(isOpen);
  const transferred = sum(free.filter(isNegative).map((invoice) => negate(invoice.balance)));
  const kept = sum(keptCredit(state, policy).map(({ amount }) => amount));
  const balance = subtract(add(state.creditBalance, transferred), kept);
  const credit = { memos: memosOf(state, policy).free, balance };
  return hasChoice(open, credit, state.invoices.some(isSource)) || needsSourceItems(open, credit, policy);
};

const hasWork = (state: AccountState, policy: Policy): boolean => {
  const { invoices, creditBalance, creditMemos = [] } = state;
  const apart = [...creditMemos, ...toBeApplied(state, policy)];
  return invoices.some(isNegative) || ((creditBalance.gt(0) || apart.length > 0) && invoices.some(isOpen));
};

const partition = (state: AccountState, policy: Policy) => {
  const free: Invoice[] = [];
  const held: { invoice: Invoice; hold: Hold }[] = [];
  for (const invoice of state.invoices.toSorted(byNumber)) {
    if (invoice.isSetAside) continue;
    const reason = holdOfInvoice(invoice, state, policy);
    if (reason === undefined) free.push(invoice);
    else held.push({ invoice, hold: { reason, invoice: refTo(invoice) } });
  }
  return { free, held };
};

/** What may pay, and what may not with the reason. */
const judged = <P extends CreditMemoRef>(
  payers: readonly P[],
  name: "creditMemo" | "payment",
  holdOf: (payer: P) => HoldReason | undefined,
) => {
  const free: P[] = [];
  const held: Hold[] = [];
  for (const payer of payers.toSorted(byNumber)) {
    const reason = holdOf(payer);
    if (reason === undefined) free.push(payer);
    else held.push({ reason, [name]: refTo(payer) });
  }
  return { free, held };
};

const memosOf = (state: AccountState, policy: Policy) =>
  judged(state.creditMemos ?? [], "creditMemo", (memo) => holdOfCreditMemo(memo, state, policy));

const paymentsOf = (state: AccountState, policy: Policy) =>
  judged(toBeApplied(state, policy), "payment", (payment) => holdOfPayment(payment, state, policy));

/** Unapplied payments, where the policy applies any. */
const toBeApplied = ({ mode, unappliedPayments = [] }: AccountState, policy: Policy): readonly UnappliedPayment[] =>
  appliesPayments(policy, mode) ? unappliedPayments : [];

const transferAll = (invoice: Invoice) =>
  ({ kind: "TransferToCreditBalance", invoice: refTo(invoice), amount: negate(invoice.balance) }) as const;

/** Reasons that keep the credit on the account while the transfers go ahead; none where nothing would be applied. */
const reasonNotToApply = (
  state: AccountState,
  policy: Policy,
  { now, later }: ReturnType<typeof payInvoices>,
): HoldReason | undefined => {
  if (now.length === 0) return undefined;
  if (policy.application === "transfer-only") return "transfer-only";
  const targets = new Set([...now, ...later].map((step) => step.invoice.id));
  if (state.invoices.some((invoice) => invoice.beingCollected && targets.has(invoice.id)))
    return "payment-run-collecting";
  return state.paymentProcessing ? "payment-processing" : undefined;
};

const isOverAccountLimit = (steps: readonly Step[], { currency }: AccountState, { accountLimit }: Policy): boolean => {
  if (steps.length > accountLimit.adjustments) return true;
  const amountMax = accountLimit.amount[currency];
  if (amountMax === undefined) return false;
  const { true: pays = [], false: transfers = [] } = Object.groupBy(steps, (step) => `${paysInvoice(step)}` as const);
  return [pays, transfers].some((own) => sum(own.map((step) => step.amount)).gt(amountMax));
};

/** A hold on an open invoice matters to nobody while no credit waits for it, unless a person put it there. */
const isWorthTelling = (invoice: Invoice, hold: Hold, idle: Money): boolean =>
  isNegative(invoice) || (isOpen(invoice) && (hold.reason === "cancelled-by-person" || idle.gt(zero)));

const byNumber = (a: InvoiceRef, b: InvoiceRef): number => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
