import { type AccountState, type Invoice, type InvoiceRef, isNegative, isOpen, isSource } from "./account.ts";
import { type Hold, type HoldReason, holdOfAccount, holdOfInvoice } from "./hold.ts";
import { add, type Money, min, negate, subtract, sum, zero } from "./money.ts";
import { orderMatters, type Rank, rankOf, toOrderOfApplication } from "./order-of-application.ts";
import type { Policy } from "./policy.ts";

/** One credit balance adjustment to create. Amounts are always positive. */
export type Step =
  /** An `Increase`: the whole of a negative invoice becomes credit. */
  | { readonly kind: "TransferToCreditBalance"; readonly invoice: InvoiceRef; readonly amount: Money }
  /** A `Decrease`: credit pays an open invoice. `rank` is absent where every order would pay the same. */
  | {
      readonly kind: "ApplyCreditBalance";
      readonly invoice: InvoiceRef;
      readonly amount: Money;
      readonly rank?: Rank | undefined;
    };

/** What to do about one account now, and what is left to people. Settled means: no steps. */
export type Plan = { readonly steps: readonly Step[]; readonly holds: readonly Hold[] };

/**
 * Decides the steps that settle one account. Pure: same state and policy, same plan.
 *
 * The plan is exhaustive: carried out, it leaves no negative invoice that is not held, and either the credit or
 * the open invoices are used up. So every amount but the last exhausts its invoice, and the last the credit, and
 * whoever repeats a step is refused. Only where a part of the credit is kept (and a hold without invoice says so) might
 * Zuora take the last step twice, at the cost of that part.
 */
export const plan = (state: AccountState, policy: Policy): Plan => {
  const reason = holdOfAccount(state, policy);
  if (reason !== undefined) return { steps: [], holds: hasWork(state) ? [{ reason }] : [] };

  const { free, held } = partition(state, policy);
  const transfers = free.filter(isNegative).map(transferAll);
  const credit = add(state.creditBalance, sum(transfers.map((step) => step.amount)));
  const kept = keptCredit(state, policy);
  const available = subtract(credit, sum(kept.map(({ amount }) => amount)));
  const open = toOrderOfApplication(free.filter(isOpen), state.invoices);
  const wanted = spend(available, open, state.invoices);
  const wait = reasonNotToApply(state, policy, wanted, open);
  const applications = wait === undefined ? wanted : [];
  const idle = subtract(credit, sum(applications.map((step) => step.amount)));

  const steps: readonly Step[] = [...transfers, ...applications];
  if (isOverAccountLimit(steps, state, policy)) return { steps: [], holds: [{ reason: "over-account-limit" }] };

  const holds = held.filter(({ invoice, hold }) => isWorthTelling(invoice, hold, idle)).map(({ hold }) => hold);
  // Credit that is kept concerns nobody where the rest pays everything.
  const isMissed = sum(open.map(({ balance }) => balance)).gt(available);
  const reasons: readonly HoldReason[] = [
    ...(wait === undefined ? [] : [wait]),
    ...(isMissed ? kept.map((each) => each.reason) : []),
  ];
  return { steps, holds: [...holds, ...reasons.map((reason) => ({ reason }))] };
};

/** Whether a plan keeps a part of the credit that would be of use: then Zuora might take its last application twice. */
export const keepsCredit = ({ holds }: Plan): boolean =>
  holds.some(
    ({ reason, invoice }) =>
      invoice === undefined && (reason === "standing-credit-left" || reason === "cancelled-by-person"),
  );

/**
 * Whether `plan` needs the subscription numbers of this account's invoices: only where credit cannot pay every open
 * invoice and some source prefers one of them. Everywhere else a look-up would change nothing.
 */
export const needsSubscriptionNumbers = (state: AccountState, policy: Policy): boolean => {
  if (holdOfAccount(state, policy) !== undefined || policy.application === "transfer-only") return false;
  if (!state.invoices.some(isSource)) return false;
  const { free } = partition(state, policy);
  const transferred = sum(free.filter(isNegative).map((invoice) => negate(invoice.balance)));
  const kept = sum(keptCredit(state, policy).map(({ amount }) => amount));
  return orderMatters(subtract(add(state.creditBalance, transferred), kept), free.filter(isOpen));
};

const hasWork = ({ invoices, creditBalance }: AccountState): boolean =>
  invoices.some(isNegative) || (creditBalance.gt(0) && invoices.some(isOpen));

const partition = (state: AccountState, policy: Policy) => {
  const free: Invoice[] = [];
  const held: { invoice: Invoice; hold: Hold }[] = [];
  for (const invoice of state.invoices.toSorted(byNumber)) {
    if (invoice.isSetAside) continue;
    const reason = holdOfInvoice(invoice, state, policy);
    if (reason === undefined) free.push(invoice);
    else held.push({ invoice, hold: { reason, invoice: { id: invoice.id, number: invoice.number } } });
  }
  return { free, held };
};

const transferAll = ({ id, number, balance }: Invoice) =>
  ({ kind: "TransferToCreditBalance", invoice: { id, number }, amount: negate(balance) }) as const;

const spend = (credit: Money, open: readonly Invoice[], all: readonly Invoice[]) => {
  const ranked = orderMatters(credit, open);
  const steps: Extract<Step, { kind: "ApplyCreditBalance" }>[] = [];
  let left = credit;
  for (const invoice of open) {
    if (!left.gt(0)) break;
    const amount = min(left, invoice.balance);
    left = subtract(left, amount);
    const step = { kind: "ApplyCreditBalance", invoice: { id: invoice.id, number: invoice.number }, amount } as const;
    steps.push(ranked ? { ...step, rank: rankOf(invoice, all) } : step);
  }
  return steps;
};

/** Reasons that keep the credit on the account while the transfers go ahead; none where nothing would be applied. */
const reasonNotToApply = (
  state: AccountState,
  policy: Policy,
  wanted: readonly Step[],
  open: readonly Invoice[],
): HoldReason | undefined => {
  if (wanted.length === 0) return undefined;
  if (policy.application === "transfer-only") return "transfer-only";
  const targets = new Set(wanted.map((step) => step.invoice.id));
  if (open.some((invoice) => invoice.beingCollected && targets.has(invoice.id))) return "payment-run-collecting";
  return state.paymentProcessing ? "payment-processing" : undefined;
};

/** The parts of the credit that are left where they are, and why. */
const keptCredit = ({ standingCredit = zero, freedCredit = zero }: AccountState, policy: Policy) => {
  if (policy.application === "transfer-only") return [];
  const standing = policy.standingCredit === "leave" ? standingCredit : zero;
  const kept: readonly { readonly reason: HoldReason; readonly amount: Money }[] = [
    { reason: "standing-credit-left", amount: standing },
    // Whoever took credit back from one invoice did not mean the next one: an undone run stays undone.
    { reason: "cancelled-by-person", amount: freedCredit },
  ];
  return kept.filter(({ amount }) => amount.gt(0));
};

const isOverAccountLimit = (steps: readonly Step[], { currency }: AccountState, { accountLimit }: Policy): boolean => {
  if (steps.length > accountLimit.adjustments) return true;
  const amountMax = accountLimit.amount[currency];
  if (amountMax === undefined) return false;
  const totalOf = (kind: Step["kind"]) => sum(steps.filter((step) => step.kind === kind).map((step) => step.amount));
  return totalOf("TransferToCreditBalance").gt(amountMax) || totalOf("ApplyCreditBalance").gt(amountMax);
};

/** A hold on an open invoice matters to nobody while no credit waits for it, unless a person put it there. */
const isWorthTelling = (invoice: Invoice, hold: Hold, idle: Money): boolean =>
  isNegative(invoice) || (isOpen(invoice) && (hold.reason === "cancelled-by-person" || idle.gt(zero)));

const byNumber = (a: Invoice, b: Invoice): number => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
